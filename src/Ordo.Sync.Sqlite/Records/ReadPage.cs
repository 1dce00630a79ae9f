using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Records;

/// <summary>Collects records until a budget is spent; always takes the first.</summary>
internal sealed class ReadPage(ReadBudget budget)
{
    private readonly List<StoredRecord> _records = [];
    private long _bytes;

    public IReadOnlyList<StoredRecord> Records => _records;

    /// <summary>Whether no further record has to be read to know that it does not fit.</summary>
    public bool IsFull => _records.Count > 0 && (_records.Count >= budget.CountMax || _bytes >= budget.BytesMax);

    /// <summary>Takes a record; <see langword="false"/> where it would exceed the budget.</summary>
    public bool TryAdd(StoredRecord record)
    {
        long bytes = _bytes + record.SizeBytes;
        if (IsFull || (_records.Count > 0 && bytes > budget.BytesMax))
        {
            return false;
        }

        _records.Add(record);
        _bytes = bytes;
        return true;
    }
}
