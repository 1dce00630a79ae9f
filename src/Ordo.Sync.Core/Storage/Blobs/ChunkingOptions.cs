using System.Numerics;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// How long chunks are. Blobs cut with different options hold the same content but share few chunks: keep the default on all
/// devices of an app.
/// </summary>
public sealed record ChunkingOptions
{
    /// <summary>The default: 128 KiB to 2 MiB, 512 KiB on average.</summary>
    public static ChunkingOptions Default { get; } = new();

    /// <summary>No chunk but the last of a blob is shorter. The default is 128 KiB.</summary>
    public int BytesMin { get; init; } = 128 * 1024;

    /// <summary>The length around which chunks' lengths gather: a power of two. The default is 512 KiB.</summary>
    public int BytesMean { get; init; } = 512 * 1024;

    /// <summary>No chunk is longer. The default, and the most, is 2 MiB.</summary>
    public int BytesMax { get; init; } = BlobLimits.ChunkBytesMax;

    /// <summary>Throws where a value is out of its range, naming it.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        if (BytesMin < 64 || BytesMin > BytesMean || BytesMean > BytesMax || BytesMax > BlobLimits.ChunkBytesMax
            || !BitOperations.IsPow2(BytesMean))
        {
            throw new ArgumentException(
                $"Chunks have 64 <= {nameof(BytesMin)} <= {nameof(BytesMean)} <= {nameof(BytesMax)} <= "
                + $"{BlobLimits.ChunkBytesMax} bytes, {nameof(BytesMean)} a power of two; they are {BytesMin}, {BytesMean} "
                + $"and {BytesMax}.");
        }
    }
}
