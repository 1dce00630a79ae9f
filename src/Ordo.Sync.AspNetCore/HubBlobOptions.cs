namespace Ordo.Sync.AspNetCore;

/// <summary>What a hub allows of blobs; validated when the host starts.</summary>
public sealed class HubBlobOptions
{
    /// <summary>The longest blob to take, in bytes. The default is 8 GiB.</summary>
    public long BlobBytesMax { get; set; } = 8L << 30;

    /// <summary>The most bytes of blobs attached in one scope. The default is no bound.</summary>
    public long ScopeBytesMax { get; set; } = long.MaxValue;

    /// <summary>The chunks that are written or read at once; who comes then is told to come again. The default is 64.</summary>
    public int ChunksAtOnceMax { get; set; } = 64;

    /// <summary>How often blobs that no record refers to are looked for. The default is once an hour.</summary>
    public TimeSpan CollectInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a blob stays that no record refers to (any more), and an upload that does not go on. Devices that are offline for
    /// longer may have to send a blob again. The default is 30 days.
    /// </summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Says what is wrong with these options, or returns <see langword="null"/>.</summary>
    internal string? WhyNotValid() =>
        BlobBytesMax < 1 ? $"{nameof(BlobBytesMax)} must be positive."
        : ScopeBytesMax < 1 ? $"{nameof(ScopeBytesMax)} must be positive."
        : ChunksAtOnceMax is < 1 or > 10_000 ? $"{nameof(ChunksAtOnceMax)} must be from 1 to 10000."
        : CollectInterval <= TimeSpan.Zero ? $"{nameof(CollectInterval)} must be positive."
        : Grace < TimeSpan.Zero ? $"{nameof(Grace)} must not be negative."
        : null;
}
