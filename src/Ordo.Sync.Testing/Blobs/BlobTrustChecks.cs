using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.Testing.Blobs;

/// <summary>Nothing is believed: neither what comes nor what is on the medium.</summary>
internal static class BlobTrustChecks
{
    public static IEnumerable<BlobStoreCheck> All =>
    [
        new("Content that is shorter than its chunk is refused and leaves nothing", probe => ForgedAsync(probe, 9_999)),
        new("Content that is other than its chunk is refused and leaves nothing", probe => ForgedAsync(probe, 10_000)),
        new("Content that is longer than its chunk is refused and leaves nothing", probe => ForgedAsync(probe, 10_001)),
        new("A stream is read no further than one byte behind its chunk", EndlessAsync),
        new("A stream that fails leaves nothing", BrokenAsync),
        new("A changed bit is found on read, and the chunk counts as absent until it is put again", DamagedAsync),
        new("A changed bit is found when a chunk is opened", DamagedOpenAsync),
        new("New content is not thrown away for a copy that has changed", HealedAsync),
    ];

    private static async Task ForgedAsync(BlobStoreProbe probe, int length)
    {
        var chunk = new BlobChunk(ContentHash.Of(Sample.Bytes(10_000)), 10_000);
        byte[] forged = Sample.Bytes(length, 2);
        await BlobStoreProbe.FailsAsync(
            SyncErrorCode.BlobDamaged, async () => await probe.Store.PutChunkAsync(new MemoryStream(forged), chunk), "A forged stream");
        await BlobStoreProbe.FailsAsync(
            SyncErrorCode.BlobDamaged, async () => await probe.Store.PutChunkAsync(forged, chunk), "Forged content");
        Expect.That(!await probe.Store.HasChunkAsync(chunk), "the chunk is not held");
        Expect.Equal(default, probe.Store.Usage, "What is held");
    }

    private static async Task EndlessAsync(BlobStoreProbe probe)
    {
        using var endless = new CountingStream(failsAt: null);
        await BlobStoreProbe.FailsAsync(
            SyncErrorCode.BlobDamaged,
            async () => await probe.Store.PutChunkAsync(endless, new BlobChunk(ContentHash.Of("x"u8), 10_000)),
            "A stream without end");
        Expect.That(endless.BytesRead <= 10_001, $"{endless.BytesRead} bytes were read for a chunk of 10,000");
    }

    private static async Task BrokenAsync(BlobStoreProbe probe)
    {
        using var broken = new CountingStream(failsAt: 5_000);
        await Expect.ThrowsAny(
            async () => await probe.Store.PutChunkAsync(broken, new BlobChunk(ContentHash.Of("x"u8), 10_000)), "A stream that fails");
        Expect.Equal(default, probe.Store.Usage, "What is held");
    }

    private static async Task DamagedAsync(BlobStoreProbe probe)
    {
        byte[] content = Sample.Bytes(10_000);
        BlobChunk chunk = await probe.Store.PutChunkAsync(content);
        await probe.DamageAsync(chunk);
        Expect.That(!await probe.Store.TryReadChunkAsync(chunk, new byte[10_000]), "a changed chunk is not given out");
        Expect.That(!await probe.Store.HasChunkAsync(chunk), "a chunk found changed is not held");
        Expect.Equal(0L, probe.Store.Usage.ChunkBytes, "The bytes held after that");
        await probe.Store.PutChunkAsync(content);
        var read = new byte[10_000];
        Expect.That(await probe.Store.TryReadChunkAsync(chunk, read) && read.AsSpan().SequenceEqual(content), "it is healed by a put");
    }

    private static async Task DamagedOpenAsync(BlobStoreProbe probe)
    {
        BlobChunk chunk = await probe.Store.PutChunkAsync(Sample.Bytes(10_000));
        await probe.DamageAsync(chunk);
        Expect.That(await probe.Store.OpenChunkAsync(chunk) is null, "a changed chunk is not opened");
        Expect.That(!await probe.Store.HasChunkAsync(chunk), "a chunk found changed is not held");
    }

    private static async Task HealedAsync(BlobStoreProbe probe)
    {
        byte[] content = Sample.Bytes(10_000);
        BlobChunk chunk = await probe.Store.PutChunkAsync(content);
        await probe.DamageAsync(chunk);
        await probe.Store.PutChunkAsync(new MemoryStream(content), chunk);
        var read = new byte[10_000];
        Expect.That(await probe.Store.TryReadChunkAsync(chunk, read) && read.AsSpan().SequenceEqual(content), "what came last is kept");
        Expect.Equal(10_000L, probe.Store.Usage.ChunkBytes, "The bytes held");
    }
}
