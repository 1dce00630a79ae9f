using System.Text;
using Ordo.Sync.Causality;
using Ordo.Sync.PostgreSql.Live;
using Ordo.Sync.S3;
using Ordo.Sync.S3.Objects;
using Ordo.Sync.S3.Sweeping;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>What other processes left in a database or a bucket that a hub shares with them.</summary>
internal static class ServerStoreTargets
{
    private const int ChunkBytes = 1_000;

    public static IEnumerable<FuzzTarget> All()
    {
        byte[] notice = Encoding.UTF8.GetBytes(
            new ChangeNotice("course/AAA BBB", new ReplicaId(9), 1L << 40).ToPayload(Guid.Parse("2f7f1c1e-0000-4000-8000-000000000001")));
        yield return Total("postgresql-notice", notice, ReadNotice);
        BlobManifest manifest = new(
            new BlobId(ContentHash.Of("blob"u8)), [new BlobChunk(ContentHash.Of("a"u8), BlobLimits.ChunkBytesMax)]);
        yield return Total("s3-manifest", BlobManifestCodec.Encode(manifest), static bytes => ManifestIndex.Decode(bytes)?.Chunks.ToArray());
        yield return Total(
            "s3-name", Encoding.UTF8.GetBytes(ObjectNames.Chunk(ContentHash.Of("a"u8))), static bytes =>
                ObjectNames.TryReadHash(Encoding.UTF8.GetString(bytes), ObjectNames.Chunks, out _));
        yield return Total("s3-usage", UsageCount.Encode(new BlobUsage(3, 40, 1L << 33)), ReadUsage);
    }

    // Whoever may write there may write anything: what is none of theirs is passed over, and nothing is an error.
    private static FuzzTarget Total(string name, byte[] seed, Action<byte[]> decode) => new(name, [seed], decode)
    {
        IsRefusal = static _ => false,
    };

    private static void ReadNotice(byte[] bytes)
    {
        if (ChangeNotice.TryParse(Encoding.UTF8.GetString(bytes), out Guid sender, out ChangeNotice notice)
            && (!ChangeNotice.TryParse(notice.ToPayload(sender), out Guid again, out ChangeNotice same) || (again, same) != (sender, notice)))
        {
            throw new InvalidOperationException("A notice is another one when it is read again.");
        }
    }

    // What a hub counts on top of it stays a count.
    private static void ReadUsage(byte[] bytes)
    {
        var count = new UsageCount();
        if (UsageCount.Decode(bytes) is { } usage)
        {
            count.Set(usage);
        }

        count.Add(1, 1, ChunkBytes);
        if (count.Current is not { BlobCount: > 0, ChunkCount: > 0, ChunkBytes: > 0 })
        {
            throw new OverflowException($"What was counted in the bucket made {count.Current} of one more blob.");
        }
    }
}
