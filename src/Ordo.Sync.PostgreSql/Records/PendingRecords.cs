using System.Diagnostics.CodeAnalysis;
using Ordo.Sync.Records;

namespace Ordo.Sync.PostgreSql.Records;

/// <summary>
/// What a transaction has read and written of a scope's records and holds until it is worth a round trip: writes travel in
/// batches, and what was read is not asked for again. The scope is locked, so nobody changes it meanwhile.
/// </summary>
internal sealed class PendingRecords
{
    private const int WritesMax = 2_000;
    private const int WriteBytesMax = 8 << 20;
    private const int KnownMax = 20_000;

    private readonly Dictionary<RecordKey, PendingRecord> _records = [];
    private int _dirtyCount;
    private long _dirtyBytes;
    private long _knownBytes;

    /// <summary>Whether enough is written to be sent.</summary>
    public bool IsFull => _dirtyCount >= WritesMax || _dirtyBytes >= WriteBytesMax;

    /// <summary>Whether anything is written that the database does not have.</summary>
    public bool IsDirty => _dirtyCount > 0;

    /// <summary>What the database does not have.</summary>
    public List<KeyValuePair<RecordKey, PendingRecord>> Dirty() => [.. _records.Where(pair => pair.Value.IsDirty)];

    /// <summary>What is known of a record.</summary>
    public bool TryGet(RecordKey key, [MaybeNullWhen(false)] out PendingRecord record) => _records.TryGetValue(key, out record);

    /// <summary>Keeps what was read.</summary>
    public void Learn(RecordKey key, StoredRecord? record)
    {
        if (_records.TryAdd(key, new PendingRecord(record, record?.Visible ?? default, IsDirty: false, IsNew: record is null)))
        {
            _knownBytes += record?.SizeBytes ?? 0;
        }
    }

    /// <summary>Keeps what is to be written; <see langword="null"/> removes the record.</summary>
    public void Put(RecordKey key, StoredRecord? record)
    {
        bool wasThere = _records.TryGetValue(key, out PendingRecord before);
        if (!before.IsDirty)
        {
            _dirtyCount++;
        }

        _dirtyBytes += record?.SizeBytes ?? 0;

        // As the database gives it back: what a record shows is not part of it.
        StoredRecord? stored = record is null ? null : new StoredRecord(key, record.Versions) { ConflictFree = record.ConflictFree };
        _records[key] = new PendingRecord(stored, record?.Visible ?? default, IsDirty: true, wasThere && before.IsNew);
    }

    /// <summary>Notes that the database has everything.</summary>
    public void MarkWritten()
    {
        _knownBytes += _dirtyBytes;
        _dirtyCount = 0;
        _dirtyBytes = 0;
        if (_records.Count > KnownMax || _knownBytes > WriteBytesMax)
        {
            Clear();
            return;
        }

        foreach ((RecordKey key, PendingRecord record) in Dirty())
        {
            _records[key] = record with { IsDirty = false, IsNew = record.Record is null };
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _records.Clear();
        _dirtyCount = 0;
        _dirtyBytes = 0;
        _knownBytes = 0;
    }
}
