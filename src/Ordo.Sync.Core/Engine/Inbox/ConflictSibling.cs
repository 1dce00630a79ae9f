using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Engine.Payloads;

namespace Ordo.Sync.Engine.Inbox;

/// <summary>One side of a conflict: a version that knew none of the others. Immutable.</summary>
public sealed class ConflictSibling
{
    private readonly IPayloadSerializer _serializer;

    internal ConflictSibling(
        GlobalDot version,
        HybridTimestamp timestamp,
        string author,
        ReadOnlyMemory<byte> payload,
        Decision? decision,
        bool isLocal,
        IPayloadSerializer serializer)
    {
        Version = version;
        Timestamp = timestamp;
        Author = author;
        Payload = payload;
        Decision = decision;
        IsLocal = isLocal;
        _serializer = serializer;
    }

    /// <summary>The version's identity.</summary>
    public GlobalDot Version { get; }

    /// <summary>When it was written.</summary>
    public HybridTimestamp Timestamp { get; }

    /// <summary>Who wrote it; empty where the app named nobody.</summary>
    public string Author { get; }

    /// <summary>Its payload, a MessagePack map; empty where it deletes the record.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The decision it is; <see langword="null"/> for an ordinary edit.</summary>
    public Decision? Decision { get; }

    /// <summary>Whether it deletes the record.</summary>
    public bool IsDeleted => Payload.IsEmpty;

    /// <summary>Whether this device wrote it.</summary>
    public bool IsLocal { get; }

    /// <summary>Its value; the default of <typeparamref name="T"/> where it deletes the record.</summary>
    public T? ReadAs<T>() => IsDeleted ? default : _serializer.Deserialize<T>(Payload);
}
