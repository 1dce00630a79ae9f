using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.Testing.Blobs;

/// <summary>Blobs held in full.</summary>
internal static class BlobManifestChecks
{
    public static IEnumerable<BlobStoreCheck> All =>
    [
        new("A blob whose chunk is missing cannot become whole", MissingAsync),
        new("A blob whose chunk was found changed cannot become whole", DamagedAsync),
        new("The manifest that is there is kept", KeptAsync),
        new("Blobs are listed while they are held", ListedAsync),
        new("A manifest is put by many at once and counted once", AtOnceAsync),
        new("Removing a blob that is not held does nothing", RemoveAbsentAsync),
        new("A chunk stays while another blob is made of it", SharedAsync),
    ];

    private static async Task MissingAsync(BlobStoreProbe probe)
    {
        BlobChunk held = await probe.Store.PutChunkAsync(Sample.Bytes(1000));
        var absent = new BlobChunk(ContentHash.Of(Sample.Bytes(1000, 2)), 1000);
        var manifest = new BlobManifest(BlobId.Of("whatever"u8), [held, absent]);
        await BlobStoreProbe.FailsAsync(
            SyncErrorCode.BlobMissing, async () => await probe.Store.PutManifestAsync(manifest), "A blob with an absent chunk");
        Expect.That(await probe.Store.GetManifestAsync(manifest.Id) is null, "the blob is not held");
        Expect.Equal(0L, probe.Store.Usage.BlobCount, "The blobs held");
    }

    private static async Task DamagedAsync(BlobStoreProbe probe)
    {
        BlobChunk chunk = await probe.Store.PutChunkAsync(Sample.Bytes(1000));
        await probe.DamageAsync(chunk);
        await probe.Store.TryReadChunkAsync(chunk, new byte[1000]);
        await BlobStoreProbe.FailsAsync(
            SyncErrorCode.BlobMissing,
            async () => await probe.Store.PutManifestAsync(new BlobManifest(new BlobId(chunk.Hash), [chunk])),
            "A blob with a changed chunk");
    }

    private static async Task KeptAsync(BlobStoreProbe probe)
    {
        byte[] content = Sample.Bytes(100_000);
        BlobManifest first = await probe.ImportAsync(content);
        BlobChunk whole = await probe.Store.PutChunkAsync(content);
        await probe.Store.PutManifestAsync(new BlobManifest(first.Id, [whole]));
        Expect.Sequence(first.Chunks, (await probe.Store.GetManifestAsync(first.Id))!.Chunks, "The chunks of the blob");
        Expect.Equal(1L, probe.Store.Usage.BlobCount, "The blobs held");
    }

    private static async Task ListedAsync(BlobStoreProbe probe)
    {
        BlobManifest first = await probe.ImportAsync(Sample.Bytes(1000));
        BlobManifest second = await probe.ImportAsync(Sample.Bytes(1000, 2));
        Expect.Sequence(
            new[] { first.Id, second.Id }.OrderBy(one => one.Hash), (await probe.ListAsync()).OrderBy(one => one.Hash), "The blobs");
        await probe.Store.RemoveManifestAsync(first.Id, removesChunks: true);
        Expect.Sequence([second.Id], await probe.ListAsync(), "The blobs after one went");
        Expect.That(await probe.Store.GetManifestAsync(first.Id) is null, "a blob that was removed is not held");
        Expect.Equal(1L, probe.Store.Usage.BlobCount, "The blobs counted");
    }

    private static async Task AtOnceAsync(BlobStoreProbe probe)
    {
        BlobChunk chunk = await probe.Store.PutChunkAsync(Sample.Bytes(1000));
        var manifest = new BlobManifest(new BlobId(chunk.Hash), [chunk]);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => await probe.Store.PutManifestAsync(manifest)));
        Expect.Sequence([manifest.Id], await probe.ListAsync(), "The blobs");
        Expect.Equal(1L, probe.Store.Usage.BlobCount, "The blobs counted");
    }

    private static async Task RemoveAbsentAsync(BlobStoreProbe probe)
    {
        await probe.ImportAsync(Sample.Bytes(1000));
        BlobUsage before = probe.Store.Usage;
        await probe.Store.RemoveManifestAsync(BlobId.Of("unknown"u8), removesChunks: true);
        Expect.Equal(before, probe.Store.Usage, "What is held");
    }

    private static async Task SharedAsync(BlobStoreProbe probe)
    {
        byte[] content = Sample.Bytes(300_000);
        BlobManifest kept = await probe.ImportAsync(content);
        BlobManifest longer = await probe.ImportAsync([.. content, .. Sample.Bytes(100_000, 2)]);
        await probe.Store.RemoveManifestAsync(longer.Id, removesChunks: true);
        await probe.AgeAsync(days: 40);
        await probe.Store.SweepAsync(TimeSpan.FromDays(30));
        Expect.Sequence(content, await probe.ReadAsync(kept), "The content of the blob that stays");
    }
}
