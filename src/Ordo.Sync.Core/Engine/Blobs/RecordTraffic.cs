namespace Ordo.Sync.Engine.Blobs;

/// <summary>What a device does with records at the moment, and how long chunks make way for it. Thread-safe.</summary>
/// <param name="yieldMax">The longest that a chunk waits for a sync of records to end.</param>
/// <param name="time">The clock.</param>
internal sealed class RecordTraffic(TimeSpan yieldMax, TimeProvider time)
{
    /// <summary>Records are quiet when so long nothing has been written or synced: the next may follow the last at once.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(25);

    /// <summary>While records do not come to rest a chunk goes so often all the same, so that no app stops all transfers.</summary>
    public static readonly TimeSpan BetweenChunks = TimeSpan.FromMilliseconds(50);

    // Records were synced so lately that more may follow at any moment.
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(1);

    // A chunk does not wait longer for local writes, nor for syncs that follow the one it has made way for.
    private static readonly TimeSpan FollowersYieldMax = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private int _writes;
    private int _syncs;
    private bool _meetsChunks;
    private long _endedAt;
    private long _syncEndedAt;
    private long _chunkEndedAt;

    /// <summary>Whether records are synced in the midst of transfers, and were until lately.</summary>
    public bool IsShared
    {
        get
        {
            lock (_lock)
            {
                return IsSharedLocked();
            }
        }
    }

    public void BeginWrite() => Interlocked.Increment(ref _writes);

    /// <returns>Whether it was the last one under way.</returns>
    public bool EndWrite()
    {
        // Nothing more where no chunk is concerned: every write of records comes by here.
        if (Volatile.Read(ref _meetsChunks))
        {
            lock (_lock)
            {
                _endedAt = time.GetTimestamp();
            }
        }

        return Interlocked.Decrement(ref _writes) == 0;
    }

    public void BeginSync(bool meetsChunks)
    {
        lock (_lock)
        {
            _syncs++;
            _meetsChunks |= meetsChunks;
        }
    }

    public void EndSync()
    {
        lock (_lock)
        {
            _syncs--;
            _endedAt = _syncEndedAt = time.GetTimestamp();
        }
    }

    /// <summary>A chunk that makes way for records has gone.</summary>
    public void EndChunk()
    {
        lock (_lock)
        {
            _chunkEndedAt = time.GetTimestamp();
        }
    }

    /// <summary>
    /// Whether records are written or synced right now, and whoever has waited since then still has to: for one sync as long as it may
    /// take, but not for one after the other, or an app that syncs all the time would stop all transfers.
    /// </summary>
    public bool IsBusy(long waitingSince)
    {
        TimeSpan waited = time.GetElapsedTime(waitingSince);
        lock (_lock)
        {
            TimeSpan syncYieldMax = _syncEndedAt > waitingSince && FollowersYieldMax < yieldMax ? FollowersYieldMax : yieldMax;
            return (_syncs > 0 && waited < syncYieldMax) || (Volatile.Read(ref _writes) > 0 && waited < FollowersYieldMax);
        }
    }

    /// <summary>Whether the next chunk is to wait until records have come to rest, or for its turn where they do not.</summary>
    public bool IsRestless()
    {
        lock (_lock)
        {
            return IsSharedLocked()
                && time.GetElapsedTime(_endedAt) < Quiet
                && time.GetElapsedTime(_chunkEndedAt) < BetweenChunks;
        }
    }

    private bool IsSharedLocked()
    {
        if (_meetsChunks && _syncs == 0 && time.GetElapsedTime(_endedAt) >= Recent)
        {
            _meetsChunks = false;
        }

        return _meetsChunks;
    }
}
