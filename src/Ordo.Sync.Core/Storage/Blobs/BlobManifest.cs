using System.Collections.Immutable;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// What a blob is made of: its chunks in their order. A store keeps the manifest of a blob once it holds all of its chunks and
/// has found that together they have the blob's hash. Immutable.
/// </summary>
public sealed class BlobManifest
{
    private readonly long[] _ends;

    /// <summary>Makes a manifest.</summary>
    /// <exception cref="ArgumentException">A chunk's length is out of range, or there are too many chunks.</exception>
    public BlobManifest(BlobId id, ImmutableArray<BlobChunk> chunks)
    {
        if (WhyNot(chunks) is { } why)
        {
            throw new ArgumentException(why, nameof(chunks));
        }

        Id = id;
        Chunks = chunks;
        _ends = new long[chunks.Length];
        long end = 0;
        for (int i = 0; i < chunks.Length; i++)
        {
            _ends[i] = end += chunks[i].Length;
        }

        Length = end;
    }

    /// <summary>The blob.</summary>
    public BlobId Id { get; }

    /// <summary>The blob's length in bytes: the sum of its chunks'.</summary>
    public long Length { get; }

    /// <summary>The chunks in their order; none for an empty blob. The same chunk may come more than once.</summary>
    public ImmutableArray<BlobChunk> Chunks { get; }

    /// <summary>Where a chunk begins.</summary>
    public long OffsetOf(int index) => index == 0 ? 0 : _ends[index - 1];

    /// <summary>The chunk that holds the byte at a position before <see cref="Length"/>.</summary>
    public int IndexAt(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Length);
        int found = Array.BinarySearch(_ends, position + 1);
        return found >= 0 ? found : ~found;
    }

    /// <summary>Why these cannot be the chunks of a blob, or <see langword="null"/> where they can.</summary>
    internal static string? WhyNot(ImmutableArray<BlobChunk> chunks)
    {
        if (chunks.Length > BlobLimits.ChunksMax)
        {
            return $"A blob has at most {BlobLimits.ChunksMax} chunks; this one has {chunks.Length}.";
        }

        foreach (BlobChunk chunk in chunks)
        {
            if (chunk.Length is < 1 or > BlobLimits.ChunkBytesMax)
            {
                return $"A chunk has 1 to {BlobLimits.ChunkBytesMax} bytes; one has {chunk.Length}.";
            }
        }

        return null;
    }
}
