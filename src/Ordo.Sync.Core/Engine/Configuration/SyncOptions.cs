using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Replication;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Configuration;

/// <summary>
/// How an engine works. Validated when the engine is made. What is not set and concerns memory comes from the
/// <see cref="ResourceProfile"/>.
/// </summary>
public sealed class SyncOptions
{
    private long? _memoryBytesMax;
    private long? _queueBytesMax;
    private int? _pageBytesMax;
    private int? _workers;

    /// <summary>Where values that were not set come from.</summary>
    internal ResourceProfile Profile { get; set; } = ResourceProfile.ForThisMachine;

    /// <summary>
    /// The bytes of memory that the process should stay below, at least 16 MiB; <see langword="null"/> for the profile's limit:
    /// none by default, 128 MB where the device is constrained. <see cref="long.MaxValue"/> lifts it.
    /// </summary>
    public long? MemoryBytesMax
    {
        get => _memoryBytesMax ?? Profile.MemoryBytesMax;
        set => _memoryBytesMax = value;
    }

    /// <summary>How often the background service syncs. The default is 15 minutes.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether the background service runs at all. The default is yes; switch it off to call <c>SyncAsync</c> yourself.</summary>
    public bool SyncsInBackground { get; set; } = true;

    /// <summary>The first pause after a failed background sync; doubled each time, with jitter. The default is 2 seconds.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest pause after failed background syncs. The default is 5 minutes.</summary>
    public TimeSpan RetryDelayMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How often a sync goes on at once with a scope of which a request was lost, 0 to 100, where the hub has answered in this sync: on a network
    /// that loses some, little is ever done otherwise. A hub that has not answered is given up at the first loss. The default is 4.
    /// </summary>
    public int LossesMax { get; set; } = 4;

    /// <summary>How long after a write an immediate sync begins, so that writes in a row share it; at once while the hub tells of changes
    /// (<see cref="Live"/>). The default is 50 ms.</summary>
    public TimeSpan ImmediateDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The bytes of writes that may wait for the writer before callers wait too. The profile's, 2 MiB by default.</summary>
    public long QueueBytesMax
    {
        get => _queueBytesMax ?? Profile.QueueBytesMax;
        set => _queueBytesMax = value;
    }

    /// <summary>The largest payload a write may have, in bytes. The default is 1 MiB.</summary>
    public int PayloadBytesMax { get; set; } = ProtocolLimits.PayloadBytesMax;

    /// <summary>The bytes a page of changes should have at most. The profile's, 2 MiB by default; less uses less memory.</summary>
    public int PageBytesMax
    {
        get => _pageBytesMax ?? Profile.PageBytesMax;
        set => _pageBytesMax = value;
    }

    /// <summary>What a write has survived when it returns, unless it says otherwise. The default is <see cref="Durability.Full"/>.</summary>
    public Durability Durability { get; set; } = Durability.Full;

    /// <summary>Who writes: kept with each version, shown in history and conflicts. The default is nobody.</summary>
    public string Author { get; set; } = string.Empty;

    /// <summary>
    /// Whether the background service lets the hub tell it of changes at once, where transport and hub can; else it finds them at the
    /// interval. The default is yes.
    /// </summary>
    public bool Live { get; set; } = true;

    /// <summary>How many scopes a sync has under way at once, 1 to 64. The profile's, 4 in both.</summary>
    public int Workers
    {
        get => _workers ?? Profile.Workers;
        set => _workers = value;
    }

    /// <summary>
    /// How long a resolver may take for one record before the record goes to the inbox. The default is 1 second.
    /// <see cref="Timeout.InfiniteTimeSpan"/> sets no limit: the resolver then runs on the thread that asks it, and one that hangs
    /// holds the sync up with it.
    /// </summary>
    public TimeSpan ResolverTimeLimit { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one call of an extension may take before the sync goes on without it. The default is 5 seconds.</summary>
    public TimeSpan ExtensionTimeLimit { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Throws where a value is out of its range, naming it.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        Require(Interval > TimeSpan.Zero, nameof(Interval), "must be positive");
        Require(RetryDelay > TimeSpan.Zero, nameof(RetryDelay), "must be positive");
        Require(RetryDelayMax >= RetryDelay, nameof(RetryDelayMax), $"must not be less than {nameof(RetryDelay)}");
        Require(LossesMax is >= 0 and <= 100, nameof(LossesMax), "must be 0 to 100");
        Require(ImmediateDelay >= TimeSpan.Zero, nameof(ImmediateDelay), "must not be negative");
        Require(Workers is >= 1 and <= 64, nameof(Workers), "must be 1 to 64");
        Require(MemoryBytesMax is null or >= 16 * 1024 * 1024, nameof(MemoryBytesMax), "must be at least 16 MiB");
        Require(
            ResolverTimeLimit > TimeSpan.Zero || ResolverTimeLimit == Timeout.InfiniteTimeSpan,
            nameof(ResolverTimeLimit),
            "must be positive, or infinite");
        Require(ExtensionTimeLimit > TimeSpan.Zero, nameof(ExtensionTimeLimit), "must be positive");
        Require(QueueBytesMax >= 64 * 1024, nameof(QueueBytesMax), "must be at least 64 KiB");
        Require(PayloadBytesMax is >= 1024 and <= ProtocolLimits.RecordBytesMax, nameof(PayloadBytesMax),
            $"must be 1 KiB to {ProtocolLimits.RecordBytesMax} bytes");
        Require(PageBytesMax is >= 16 * 1024 and <= ProtocolLimits.PageBytesDefault, nameof(PageBytesMax),
            $"must be 16 KiB to {ProtocolLimits.PageBytesDefault} bytes");
        Require(Author.Length <= ProtocolLimits.AuthorLengthMax, nameof(Author),
            $"has at most {ProtocolLimits.AuthorLengthMax} characters");
    }

    private static void Require(bool holds, string option, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(SyncOptions)}.{option} {rule}.");
        }
    }
}
