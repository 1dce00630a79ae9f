using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Payloads;

namespace Ordo.Sync.Engine.Resolvers;

/// <summary>One of the concurrent versions that a resolver is given. Immutable.</summary>
public sealed class ResolverSibling
{
    private readonly IPayloadSerializer _serializer;

    internal ResolverSibling(
        HybridTimestamp timestamp, string author, ReadOnlyMemory<byte> payload, IPayloadSerializer serializer)
    {
        Timestamp = timestamp;
        Author = author;
        Payload = payload;
        _serializer = serializer;
    }

    /// <summary>When it was written.</summary>
    public HybridTimestamp Timestamp { get; }

    /// <summary>Who wrote it; empty where the app named nobody.</summary>
    public string Author { get; }

    /// <summary>Its payload, a MessagePack map; empty where it deletes the record.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Whether it deletes the record.</summary>
    public bool IsDeleted => Payload.IsEmpty;

    /// <summary>Its value; the default of <typeparamref name="T"/> where it deletes the record.</summary>
    public T? ReadAs<T>() => IsDeleted ? default : _serializer.Deserialize<T>(Payload);
}
