using System.Collections.Immutable;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests;

/// <summary>Manifests of content cut at every so many bytes, so that a test knows its chunks.</summary>
internal static class Manifests
{
    public static BlobManifest Of(byte[] content, int chunkBytes)
    {
        var chunks = ImmutableArray.CreateBuilder<BlobChunk>();
        foreach (byte[] chunk in content.Chunk(chunkBytes))
        {
            chunks.Add(new BlobChunk(ContentHash.Of(chunk), chunk.Length));
        }

        return new BlobManifest(BlobId.Of(content), chunks.ToImmutable());
    }
}
