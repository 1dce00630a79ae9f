using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>How an engine handles blobs. Validated when the engine is made.</summary>
public sealed class BlobOptions
{
    /// <summary>Which blobs this device fetches. The default is those that are opened.</summary>
    public BlobDownloadPolicy Downloads { get; set; } = BlobDownloadPolicy.OnDemand;

    /// <summary>How long chunks are. The default is <see cref="ChunkingOptions.Default"/>.</summary>
    public ChunkingOptions Chunking { get; set; } = ChunkingOptions.Default;

    /// <summary>The longest blob to import or to fetch, in bytes. The default is 8 GiB.</summary>
    public long BlobBytesMax { get; set; } = 8L << 30;

    /// <summary>The blobs that are moved at once. The default is 2.</summary>
    public int TransfersMax { get; set; } = 2;

    /// <summary>
    /// The bytes of chunks on their way at once, over all transfers: their memory, and the most that a cut can cost. The default
    /// is that of the longest chunk, 2 MiB: some four chunks at a time.
    /// </summary>
    public int InFlightBytesMax { get; set; } = BlobLimits.ChunkBytesMax;

    /// <summary>Whether background transfers go on over metered networks (<see cref="INetworkCost"/>). The default is no.</summary>
    public bool TransfersOnMeteredNetworks { get; set; }

    /// <summary>
    /// The longest that a chunk waits for a sync of records to end. The default is 30 seconds. For those that follow it without a pause a
    /// chunk waits 250 ms in all, so that no app stops its own transfers.
    /// </summary>
    public TimeSpan YieldMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the lane looks for records that have come to refer to blobs. The default is 5 seconds.</summary>
    public TimeSpan ScanInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often it goes through all references again, and asks the hub which blobs it has lost. The default is 1 hour.
    /// </summary>
    public TimeSpan ReviewInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The first pause after a failure; doubled each time, with jitter. The default is 2 seconds.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest pause after failures. The default is 5 minutes.</summary>
    public TimeSpan RetryDelayMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often blobs that nothing refers to are removed. The default is once a day.</summary>
    public TimeSpan CollectInterval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a blob stays here that nothing refers to (yet), and what a broken import left. The default is 7 days.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Throws where a value is out of its range, naming it.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        Chunking.Validate();
        Require(BlobBytesMax > 0, nameof(BlobBytesMax), "must be positive");
        Require(TransfersMax is >= 1 and <= 64, nameof(TransfersMax), "must be 1 to 64");
        Require(InFlightBytesMax is >= 64 * 1024 and <= 256 * 1024 * 1024, nameof(InFlightBytesMax), "must be 64 KiB to 256 MiB");
        Require(YieldMax >= TimeSpan.Zero, nameof(YieldMax), "must not be negative");
        Require(ScanInterval > TimeSpan.Zero, nameof(ScanInterval), "must be positive");
        Require(ReviewInterval >= ScanInterval, nameof(ReviewInterval), $"must not be less than {nameof(ScanInterval)}");
        Require(RetryDelay > TimeSpan.Zero, nameof(RetryDelay), "must be positive");
        Require(RetryDelayMax >= RetryDelay, nameof(RetryDelayMax), $"must not be less than {nameof(RetryDelay)}");
        Require(CollectInterval > TimeSpan.Zero, nameof(CollectInterval), "must be positive");
        Require(Grace >= TimeSpan.Zero, nameof(Grace), "must not be negative");
    }

    private static void Require(bool holds, string option, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(BlobOptions)}.{option} {rule}.");
        }
    }
}
