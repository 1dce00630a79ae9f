using Ordo.Sync.Records;

namespace Ordo.Sync.Storage.Memory;

/// <summary>Fills a page up to its budget; the first record fits always.</summary>
internal sealed class PageBuilder
{
    private readonly List<StoredRecord> _records = [];
    private readonly ReadBudget _budget;
    private long _bytes;

    public PageBuilder(ReadBudget budget) => _budget = budget;

    public IReadOnlyList<StoredRecord> Records => _records;

    /// <summary>Adds a record, or returns <see langword="false"/> where the page is full without it.</summary>
    public bool TryAdd(StoredRecord record)
    {
        long bytes = _bytes + record.SizeBytes;
        if (_records.Count > 0 && (bytes > _budget.BytesMax || _records.Count >= _budget.CountMax))
        {
            return false;
        }

        _bytes = bytes;
        _records.Add(record);
        return true;
    }
}
