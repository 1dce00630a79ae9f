using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.History;

/// <summary>The keys of the audit history: hash of the record, '/', hash of the version.</summary>
public static class HistoryKeys
{
    /// <summary>What the keys of a record's entries begin with.</summary>
    public static string PrefixOf(RecordKey key) => $"{LineageHash.OfRecord(key)}/";

    /// <summary>The range of keys that holds exactly the entries of a record.</summary>
    public static KeyRange RangeOf(RecordKey key)
    {
        string prefix = PrefixOf(key);

        // '~' follows every hexadecimal digit.
        return new KeyRange(
            new RecordKey(SystemCollections.History, prefix), new RecordKey(SystemCollections.History, prefix + "~"));
    }
}
