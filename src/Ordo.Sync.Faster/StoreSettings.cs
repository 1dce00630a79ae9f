using System.Collections.Immutable;

namespace Ordo.Sync.Faster;

/// <summary>The checked values of <see cref="FasterStoreOptions"/>; nothing changes them while a store is open.</summary>
internal sealed record StoreSettings(
    string Folder,
    int MemoryBits,
    long IndexBytesMax,
    long CheckpointAfterBytes,
    ImmutableDictionary<string, TimeSpan> TimeToLive)
{
    /// <summary>The bits of a page of FASTER's: 128 KiB.</summary>
    public const int PageBits = 17;

    /// <summary>The bits of a file of FASTER's: 4 MiB, the grain in which disk space is given back.</summary>
    public const int SegmentBits = 22;

    /// <summary>The bytes of FASTER's log in memory.</summary>
    public long MemoryBytes => 1L << MemoryBits;

    /// <summary>The bytes of log without a checkpoint beyond which writers wait for one.</summary>
    public long LogBytesMax => 4 * CheckpointAfterBytes;
}
