using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Crdt;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Replication.ConflictFree;

namespace Ordo.Sync.Engine.Collections;

/// <summary>A record as a reader is shown it. Immutable.</summary>
/// <typeparam name="T">The app's type.</typeparam>
public sealed class Record<T>
{
    private readonly T _value;
    private readonly ManualResolutionRequiredException? _refused;

    internal Record(
        string key,
        T value,
        HybridTimestamp timestamp,
        string author,
        RecordState state,
        RecordBasis version,
        Decision? decision)
    {
        Key = key;
        _value = value;
        Timestamp = timestamp;
        Author = author;
        State = state;
        Version = version;
        Decision = decision;
    }

    internal Record(string key, ManualResolutionRequiredException refused, HybridTimestamp timestamp, RecordBasis version)
        : this(key, default!, timestamp, string.Empty, RecordState.Conflicted, version, decision: null) => _refused = refused;

    /// <summary>Its key.</summary>
    public string Key { get; }

    /// <summary>Its value.</summary>
    /// <exception cref="ManualResolutionRequiredException">
    /// The record is in conflict, and its collection refuses reads until somebody resolves it.
    /// </exception>
    public T Value => _refused is null ? _value : throw _refused;

    /// <summary>Whether the value can be read; if not, somebody has to resolve a conflict first.</summary>
    public bool IsReadable => _refused is null;

    /// <summary>When the version shown was written.</summary>
    public HybridTimestamp Timestamp { get; }

    /// <summary>Who wrote it, as the app named them; empty where it did not.</summary>
    public string Author { get; }

    /// <summary>How it stands.</summary>
    public RecordState State { get; }

    /// <summary>
    /// The versions that were read. Hand it to a write to say what the edit is based on: if somebody changed the record
    /// meanwhile, the edit becomes a concurrent version instead of an overwrite.
    /// </summary>
    public RecordBasis Version { get; }

    /// <summary>The decision that the version shown is; <see langword="null"/> for an ordinary edit.</summary>
    public Decision? Decision { get; }

    /// <summary>
    /// Reads the record's conflict-free state, by path: for untyped access, for anchors in texts, and for registers with more
    /// than one value. A copy: changing it changes nothing.
    /// </summary>
    public CrdtDocument ReadConflictFree() => StoredDocument.Decode(Version.Record?.ConflictFree ?? default);

    /// <inheritdoc/>
    public override string ToString() => $"{Key} ({State}, {Timestamp})";
}
