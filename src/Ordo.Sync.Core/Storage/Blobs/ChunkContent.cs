namespace Ordo.Sync.Storage.Blobs;

/// <summary>Where content is held against the chunk that it should be, for every store.</summary>
internal static class ChunkContent
{
    /// <summary>The chunk that some content is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No chunk is so long, or empty.</exception>
    /// <exception cref="Errors.SyncException">It is not the one that was expected.</exception>
    public static BlobChunk Identify(ReadOnlySpan<byte> content, BlobChunk? expected)
    {
        ArgumentOutOfRangeException.ThrowIfZero(content.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, BlobLimits.ChunkBytesMax);
        var chunk = new BlobChunk(ContentHash.Of(content), content.Length);
        return expected is not { } wanted || wanted == chunk
            ? chunk
            : throw BlobFailures.ChunkDamaged(wanted, $"has {content.Length} bytes and the hash {chunk.Hash}");
    }

    /// <summary>Holds content that came in pieces against the chunk that it should be.</summary>
    /// <exception cref="Errors.SyncException">It is another.</exception>
    public static void Require(BlobChunk chunk, long length, ContentHash actual)
    {
        if (length != chunk.Length || actual != chunk.Hash)
        {
            throw BlobFailures.ChunkDamaged(chunk, $"has {length} bytes, not {chunk.Length}, or another hash: {actual}");
        }
    }

    /// <summary>Whether what was read of a chunk is the chunk: by its length alone, where its caller hashes the whole.</summary>
    /// <param name="destination">What was read lies at its beginning.</param>
    /// <param name="count">How many bytes were read.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="verifies">Whether the hash counts too.</param>
    public static bool Matches(ReadOnlySpan<byte> destination, int count, BlobChunk chunk, bool verifies) =>
        count == chunk.Length && (!verifies || ContentHash.Of(destination[..count]) == chunk.Hash);
}
