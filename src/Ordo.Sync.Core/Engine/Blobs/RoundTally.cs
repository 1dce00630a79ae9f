using Ordo.Sync.Errors;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>What a round has done so far. Thread-safe.</summary>
internal sealed class RoundTally
{
    private int _uploaded;
    private int _downloaded;
    private SyncException? _error;

    public int UploadedCount => Volatile.Read(ref _uploaded);

    public int DownloadedCount => Volatile.Read(ref _downloaded);

    /// <summary>What ended the round; the first counts.</summary>
    public SyncException? Error
    {
        get => Volatile.Read(ref _error);
        set => Interlocked.CompareExchange(ref _error, value, null);
    }

    /// <summary>Whether a failure would meet every transfer: there is no network, no right, no hub.</summary>
    public static bool EndsRound(SyncErrorCode code) => code is SyncErrorCode.Unreachable or SyncErrorCode.Timeout
        or SyncErrorCode.Unauthorized or SyncErrorCode.Throttled or SyncErrorCode.NotFound;

    public void CountUploaded() => Interlocked.Increment(ref _uploaded);

    public void CountDownloaded() => Interlocked.Increment(ref _downloaded);
}
