namespace Ordo.Sync.Engine.Resources;

/// <summary>
/// How much memory and how many workers a device gives to sync. Chosen with <c>sync.UseProfile</c>; values set in
/// <see cref="Configuration.SyncOptions"/> and in the options of stores and transports win over it. Immutable.
/// </summary>
/// <remarks>
/// Registered as a service with the engine, so that stores and transports learn it. Take one of the two and change it with a
/// <c>with</c> expression. See docs/guides/constrained-devices.md.
/// </remarks>
public sealed record ResourceProfile
{
    private const long MebiBytes = 1024 * 1024;

    private ResourceProfile(string name) => Name = name;

    /// <summary>For machines with memory to spare: no limit, 4 workers, pages of 2 MiB.</summary>
    public static ResourceProfile Default { get; } = new("Default");

    /// <summary>
    /// For devices with little memory: a limit of 128 MB for the process, 4 workers, and compact mode: pages of 256 KiB, a queue
    /// of 512 KiB, small page caches, stronger compression of what is sent.
    /// </summary>
    public static ResourceProfile Constrained { get; } = new("Constrained")
    {
        MemoryBytesMax = 128 * MebiBytes,
        IsCompact = true,
        PageBytesMax = 256 * 1024,
        QueueBytesMax = 512 * 1024,
        StoreCacheKiB = 2048,
        ReaderCacheKiB = 512,
        IdleReadersMax = 2,
        CheckpointAfterKiB = 2048,
        LogKiBMax = 16 * 1024,
        CompressFromBytes = 256,
        CompressionQuality = 5,
    };

    /// <summary>
    /// What is used where the app says nothing: <see cref="Constrained"/> on Windows, where sync shares a desktop with all else
    /// that people run; <see cref="Default"/> elsewhere.
    /// </summary>
    public static ResourceProfile ForThisMachine => OperatingSystem.IsWindows() ? Constrained : Default;

    /// <summary>What reports and messages call it.</summary>
    public string Name { get; init; }

    /// <summary>
    /// The bytes of memory (working set) that the process should stay below; <see langword="null"/>, the default, is no limit.
    /// The engine sheds what it can when the process comes near it: see <see cref="MemoryLevel"/>.
    /// </summary>
    public long? MemoryBytesMax { get; init; }

    /// <summary>How many scopes a sync has under way at once, 1 to 64. 4 in both profiles.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>Whether stores and transports should take little memory at the price of some speed.</summary>
    public bool IsCompact { get; init; }

    /// <summary>The bytes a page of changes should have at most. 2 MiB; constrained 256 KiB.</summary>
    public int PageBytesMax { get; init; } = Replication.ProtocolLimits.PageBytesDefault;

    /// <summary>The bytes of writes that may wait for the writer before callers wait too. 2 MiB; constrained 512 KiB.</summary>
    public long QueueBytesMax { get; init; } = 2 * MebiBytes;

    /// <summary>The page cache of a store's writer in KiB, where the profile is compact. Constrained 2,048.</summary>
    public int StoreCacheKiB { get; init; } = 8192;

    /// <summary>The page cache of each reader of a store in KiB, where the profile is compact. Constrained 512.</summary>
    public int ReaderCacheKiB { get; init; } = 2048;

    /// <summary>How many idle readers a store keeps, where the profile is compact. Constrained 2.</summary>
    public int IdleReadersMax { get; init; } = 4;

    /// <summary>The KiB of a store's log after which it is checkpointed, where the profile is compact. Constrained 2,048.</summary>
    public int CheckpointAfterKiB { get; init; } = 8192;

    /// <summary>The KiB a store's log should not exceed, where the profile is compact. Constrained 16,384.</summary>
    public int LogKiBMax { get; init; } = 65_536;

    /// <summary>Requests of at least so many bytes are compressed, where the profile is compact. Constrained 256.</summary>
    public int CompressFromBytes { get; init; } = 1024;

    /// <summary>The quality of Brotli that requests are compressed with, 0 to 11, where the profile is compact. Constrained 5.</summary>
    public int CompressionQuality { get; init; } = 1;
}
