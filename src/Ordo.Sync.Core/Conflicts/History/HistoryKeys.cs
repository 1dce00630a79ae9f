using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.History;

/// <summary>The keys of the audit history: hash of the record, '/', hash of the version, or '~' for its checkpoint.</summary>
public static class HistoryKeys
{
    // Follows every hexadecimal digit.
    private const string Last = "~";

    /// <summary>What the keys of a record's entries begin with.</summary>
    public static string PrefixOf(RecordKey key) => $"{LineageHash.OfRecord(key)}/";

    /// <summary>The range of keys that holds the whole history of a scope.</summary>
    public static KeyRange All { get; } = new(
        new RecordKey(SystemCollections.History, "/"), new RecordKey(SystemCollections.History, Last));

    /// <summary>The key of a record's checkpoint: behind all of its entries.</summary>
    public static RecordKey CheckpointOf(RecordKey key) => new(SystemCollections.History, PrefixOf(key) + Last);

    /// <summary>Whether a key of the history is that of a checkpoint.</summary>
    public static bool IsCheckpoint(RecordKey key) => key.Key.EndsWith(Last, StringComparison.Ordinal);

    /// <summary>The range of keys that holds exactly the entries of a record, and its checkpoint.</summary>
    public static KeyRange RangeOf(RecordKey key)
    {
        string prefix = PrefixOf(key);
        return new KeyRange(new RecordKey(SystemCollections.History, prefix), CheckpointOf(key));
    }
}
