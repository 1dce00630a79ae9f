namespace Ordo.Sync.Storage.Blobs;

/// <summary>Where and how much a <see cref="FileSystemBlobStore"/> keeps.</summary>
public sealed class FileSystemBlobOptions
{
    /// <summary>The folder; made where it does not exist. Nothing else belongs in it. Required.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>The most bytes of chunks to keep. The default is no bound.</summary>
    public long BytesMax { get; set; } = long.MaxValue;

    /// <summary>The most blobs to keep in full. The default is no bound.</summary>
    public long CountMax { get; set; } = long.MaxValue;

    /// <summary>
    /// The bytes of the disk that blobs leave free, since records and everything else live there too. The default is 64 MiB.
    /// </summary>
    public long FreeBytesMin { get; set; } = 64L * 1024 * 1024;

    /// <summary>Throws where a value is out of its range, naming it.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(Path), nameof(Path), "must name a folder");
        Require(BytesMax > 0, nameof(BytesMax), "must be positive");
        Require(CountMax > 0, nameof(CountMax), "must be positive");
        Require(FreeBytesMin >= 0, nameof(FreeBytesMin), "must not be negative");
    }

    private static void Require(bool holds, string option, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(FileSystemBlobOptions)}.{option} {rule}.");
        }
    }
}
