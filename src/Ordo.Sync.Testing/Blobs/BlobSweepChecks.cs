using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.Testing.Blobs;

/// <summary>What nothing is made of goes, later.</summary>
internal static class BlobSweepChecks
{
    private static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    public static IEnumerable<BlobStoreCheck> All =>
    [
        new("A sweep takes chunks without a blob when they are old, and nothing else", OldAsync),
        new("A chunk that was asked about is young again", AskedAsync),
        new("A chunk that was put again is young again", PutAgainAsync),
        new("When the last blob has gone and time has passed nothing is left", NothingLeftAsync),
        new("What is swept after the store was opened again is the same", ReopenedAsync),
    ];

    private static async Task OldAsync(BlobStoreProbe probe)
    {
        byte[] content = Sample.Bytes(100_000);
        BlobManifest kept = await probe.ImportAsync(content);
        BlobChunk left = await probe.Store.PutChunkAsync(Sample.Bytes(1000, 2));
        await probe.AgeAsync(days: 5);
        Expect.Equal(default, await probe.Store.SweepAsync(Grace), "A sweep after five days of seven");
        Expect.That(await ReadsAsync(probe, left), "the chunk is still there");
        await probe.AgeAsync(days: 5);
        Expect.Equal(new BlobSweep(1, 1000), await probe.Store.SweepAsync(Grace), "A sweep after ten days");
        Expect.That(!await ReadsAsync(probe, left), "the chunk has gone");
        Expect.Sequence(content, await probe.ReadAsync(kept), "The content of the blob that stays");
        Expect.Equal(new BlobUsage(1, kept.Chunks.Length, 100_000), probe.Store.Usage, "What is held");
    }

    private static async Task AskedAsync(BlobStoreProbe probe)
    {
        BlobChunk asked = await probe.Store.PutChunkAsync(Sample.Bytes(1000));
        BlobChunk forgotten = await probe.Store.PutChunkAsync(Sample.Bytes(2000, 2));
        await probe.AgeAsync(days: 5);
        Expect.That(await probe.Store.HasChunkAsync(asked), "the chunk is held");
        await probe.AgeAsync(days: 5);
        Expect.Equal(new BlobSweep(1, 2000), await probe.Store.SweepAsync(Grace), "The sweep");
        Expect.That(await ReadsAsync(probe, asked) && !await ReadsAsync(probe, forgotten), "who was told it is held may rely on it");
        await probe.AgeAsync(days: 10);
        Expect.Equal(new BlobSweep(1, 1000), await probe.Store.SweepAsync(Grace), "The sweep after that");
    }

    private static async Task PutAgainAsync(BlobStoreProbe probe)
    {
        byte[] content = Sample.Bytes(1000);
        BlobChunk chunk = await probe.Store.PutChunkAsync(content);
        await probe.AgeAsync(days: 10);
        await probe.Store.PutChunkAsync(content);
        Expect.Equal(default, await probe.Store.SweepAsync(Grace), "The sweep");
        Expect.That(await ReadsAsync(probe, chunk), "a chunk that was just put is there");
    }

    private static async Task NothingLeftAsync(BlobStoreProbe probe)
    {
        BlobManifest manifest = await probe.ImportAsync(Sample.Bytes(300_000));
        await probe.Store.RemoveManifestAsync(manifest.Id, removesChunks: true);
        await probe.AgeAsync(days: 10);
        await probe.Store.SweepAsync(Grace);
        Expect.Equal(default, probe.Store.Usage, "What is held");
        await probe.ReopenAsync();
        Expect.Equal(default, probe.Store.Usage, "What is held after the store was opened again");
    }

    private static async Task ReopenedAsync(BlobStoreProbe probe)
    {
        byte[] content = Sample.Bytes(100_000);
        BlobManifest kept = await probe.ImportAsync(content);
        await probe.Store.PutChunkAsync(Sample.Bytes(1000, 2));
        await probe.ReopenAsync();
        await probe.AgeAsync(days: 10);
        Expect.Equal(new BlobSweep(1, 1000), await probe.Store.SweepAsync(Grace), "The sweep");
        Expect.Sequence(content, await probe.ReadAsync(kept), "The content of the blob that stays");
    }

    private static async Task<bool> ReadsAsync(BlobStoreProbe probe, BlobChunk chunk) =>
        await probe.Store.TryReadChunkAsync(chunk, new byte[chunk.Length]);
}
