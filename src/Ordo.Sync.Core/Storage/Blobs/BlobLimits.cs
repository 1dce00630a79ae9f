namespace Ordo.Sync.Storage.Blobs;

/// <summary>The limits of blobs, on every replica and on the wire.</summary>
public static class BlobLimits
{
    /// <summary>The longest chunk: 2 MiB. Also what a cut of a transfer can cost, and the unit of memory of one.</summary>
    public const int ChunkBytesMax = 2 * 1024 * 1024;

    /// <summary>The most chunks of a blob: 262,144; some 128 GiB at the mean length of 512 KiB.</summary>
    public const int ChunksMax = 256 * 1024;

    /// <summary>The most bytes of a manifest in its stored form and on the wire: 12 MiB.</summary>
    public const int ManifestBytesMax = 12 * 1024 * 1024;

    /// <summary>The longest name in a <see cref="BlobRef"/>: 255 characters.</summary>
    public const int NameLengthMax = 255;

    /// <summary>The longest media type in a <see cref="BlobRef"/>: 127 characters.</summary>
    public const int MediaTypeLengthMax = 127;
}
