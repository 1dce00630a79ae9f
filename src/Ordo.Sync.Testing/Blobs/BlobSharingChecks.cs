using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.Testing.Blobs;

/// <summary>Several stores on one medium at once.</summary>
internal static class BlobSharingChecks
{
    private static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    public static IEnumerable<BlobStoreCheck> All =>
    [
        new("What one store keeps another reads", SeenAsync, needsSharing: true),
        new("A blob that one store removes is gone for the other", RemovedAsync, needsSharing: true),
        new("A sweep spares the chunks of blobs that another store keeps", SparedAsync, needsSharing: true),
        new("Blobs that are put while others sweep are whole", AtOnceAsync, needsSharing: true),
    ];

    private static async Task SeenAsync(BlobStoreProbe probe)
    {
        IBlobStore other = await probe.BesideAsync();
        byte[] content = Sample.Bytes(100_000);
        BlobManifest manifest = await probe.ImportAsync(content);
        Expect.That(await other.GetManifestAsync(manifest.Id) is not null, "the other store holds the blob");
        Expect.Sequence(content, await probe.ReadAsync(manifest, other), "The content read there");
    }

    private static async Task RemovedAsync(BlobStoreProbe probe)
    {
        IBlobStore other = await probe.BesideAsync();
        BlobManifest manifest = await probe.ImportAsync(Sample.Bytes(1000));
        await other.RemoveManifestAsync(manifest.Id, removesChunks: true);
        Expect.That(await probe.Store.GetManifestAsync(manifest.Id) is null, "the blob is gone");
        Expect.Sequence([], await probe.ListAsync(), "The blobs");
    }

    private static async Task SparedAsync(BlobStoreProbe probe)
    {
        IBlobStore other = await probe.BesideAsync();
        await other.SweepAsync(Grace);
        byte[] content = Sample.Bytes(100_000);
        BlobManifest manifest = await probe.ImportAsync(content);
        await probe.AgeAsync(days: 10);
        Expect.Equal(default, await other.SweepAsync(Grace), "A sweep of the other store");
        Expect.Sequence(content, await probe.ReadAsync(manifest), "The content");
    }

    // Old chunks without a blob, which sweeps of one store remove while another makes blobs of them: who succeeds has all of them.
    private static async Task AtOnceAsync(BlobStoreProbe probe)
    {
        IBlobStore other = await probe.BesideAsync();
        var chunks = new List<BlobChunk>();
        for (int i = 0; i < 12; i++)
        {
            chunks.Add(await probe.Store.PutChunkAsync(Sample.Bytes(1000, i)));
        }

        await probe.AgeAsync(days: 10);
        Task sweeping = other.SweepAsync(Grace).AsTask();
        int kept = 0;
        foreach (BlobChunk chunk in chunks)
        {
            var manifest = new BlobManifest(new BlobId(chunk.Hash), [chunk]);
            try
            {
                await probe.Store.PutManifestAsync(manifest);
                kept++;
            }
            catch (SyncException exception) when (exception.Code == SyncErrorCode.BlobMissing)
            {
                // Swept: it is sent again, and then it is whole.
                await sweeping;
                await probe.Store.PutChunkAsync(Sample.Bytes(1000, chunks.IndexOf(chunk)), chunk);
                await probe.Store.PutManifestAsync(manifest);
                kept++;
            }
        }

        await sweeping;
        await other.SweepAsync(Grace);
        Expect.Equal(chunks.Count, kept, "The blobs kept");
        foreach (BlobChunk chunk in chunks)
        {
            Expect.That(
                await probe.Store.TryReadChunkAsync(chunk, new byte[chunk.Length]), "every chunk of a blob held in full is there");
        }
    }
}
