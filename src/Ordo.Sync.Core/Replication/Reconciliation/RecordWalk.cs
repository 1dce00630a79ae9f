using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Reconciliation;

/// <summary>
/// Reads the records of a key range one after another, in key order, in bounded memory, and goes on behind a record that cannot
/// be read: such a record has a key and no content.
/// </summary>
internal sealed class RecordWalk(IStoreSnapshot snapshot, string scope, KeyRange range)
{
    private const int SliceBytes = 1024 * 1024;
    private const int SliceRecords = 4096;
    private const int KeysAtOnce = 64;

    private readonly Queue<(RecordKey Key, StoredRecord? Record)> _read = new();
    private RecordKey? _after = range.After;
    private bool _isLast;

    /// <summary>The present record's key.</summary>
    public RecordKey Key { get; private set; }

    /// <summary>The present record; <see langword="null"/> where it cannot be read.</summary>
    public StoredRecord? Record { get; private set; }

    /// <summary>The records met that cannot be read.</summary>
    public int UnreadableCount { get; private set; }

    /// <summary>The present record's share in the digest; zero for what has none.</summary>
    public UInt128 Share => Record is null ? UInt128.Zero : RecordDigest.Of(Record, snapshot.Replicas);

    /// <summary>Goes to the next record.</summary>
    /// <returns><see langword="false"/> at the end of the range.</returns>
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        while (_read.Count == 0 && !_isLast)
        {
            await ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!_read.TryDequeue(out (RecordKey Key, StoredRecord? Record) next))
        {
            return false;
        }

        (Key, Record) = next;
        UnreadableCount += Record is null ? 1 : 0;
        return true;
    }

    private async ValueTask ReadAsync(CancellationToken cancellationToken)
    {
        var rest = new KeyRange(_after, range.UpTo);
        try
        {
            var budget = new ReadBudget(SliceBytes, SliceRecords);
            RangeSlice slice = await snapshot.ReadRangeAsync(scope, rest, budget, cancellationToken).ConfigureAwait(false);
            foreach (StoredRecord record in slice.Records)
            {
                _read.Enqueue((record.Key, record));
                _after = record.Key;
            }

            _isLast = slice.IsLast;
        }
        catch (SyncException exception) when (exception.Code == SyncErrorCode.StoreCorrupt)
        {
            await ReadOneByOneAsync(rest, cancellationToken).ConfigureAwait(false);
        }
    }

    // One of the next records cannot be read: which one it is, and those around it, is found key by key.
    private async ValueTask ReadOneByOneAsync(KeyRange rest, CancellationToken cancellationToken)
    {
        IReadOnlyList<RecordKey> keys = await snapshot
            .ReadKeysAsync(scope, rest, KeysAtOnce, cancellationToken).ConfigureAwait(false);
        foreach (RecordKey key in keys)
        {
            _after = key;
            try
            {
                if (await snapshot.GetAsync(scope, key, cancellationToken).ConfigureAwait(false) is { } record)
                {
                    _read.Enqueue((key, record));
                }
            }
            catch (SyncException exception) when (exception.Code == SyncErrorCode.StoreCorrupt)
            {
                _read.Enqueue((key, null));
            }
        }

        _isLast = keys.Count < KeysAtOnce;
    }
}
