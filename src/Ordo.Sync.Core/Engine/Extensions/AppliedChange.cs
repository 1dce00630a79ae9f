using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Payloads;

namespace Ordo.Sync.Engine.Extensions;

/// <summary>A record that a sync changed.</summary>
public sealed class AppliedChange
{
    private readonly IPayloadSerializer _serializer;

    internal AppliedChange(
        string collection, string key, RecordState state, ReadOnlyMemory<byte> payload, IPayloadSerializer serializer)
    {
        Collection = collection;
        Key = key;
        State = state;
        Payload = payload;
        _serializer = serializer;
    }

    /// <summary>The record's collection.</summary>
    public string Collection { get; }

    /// <summary>The record's key.</summary>
    public string Key { get; }

    /// <summary>How the record stands now.</summary>
    public RecordState State { get; }

    /// <summary>What readers see of it now, a MessagePack map; empty where it is deleted.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Whether it is deleted now.</summary>
    public bool IsDeleted => Payload.IsEmpty;

    /// <summary>Its value; the default of <typeparamref name="T"/> where it is deleted.</summary>
    public T? ReadAs<T>() => IsDeleted ? default : _serializer.Deserialize<T>(Payload);
}
