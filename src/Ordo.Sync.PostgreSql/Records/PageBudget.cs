using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Records;

/// <summary>Collects records until a budget is spent; always takes the first.</summary>
internal sealed class PageBudget(ReadBudget budget)
{
    /// <summary>The most rows that one statement reads ahead.</summary>
    public const int RowsMax = 4096;

    private readonly List<StoredRecord> _records = [];
    private long _bytes;

    public IReadOnlyList<StoredRecord> Records => _records;

    /// <summary>Whether no further record has to be read to know that it does not fit.</summary>
    public bool IsFull => _records.Count > 0 && (_records.Count >= budget.CountMax || BytesLeft <= 0);

    /// <summary>The rows to ask for: one more than fits, to know whether there is more.</summary>
    public int RowsWanted => (int)Math.Min(RowsMax, Math.Max(0L, (long)budget.CountMax - _records.Count) + 1);

    /// <summary>The bytes that are left.</summary>
    public long BytesLeft => Math.Max(0, budget.BytesMax - _bytes);

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
