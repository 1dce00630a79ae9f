using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>What a hub takes and gives, and to whom.</summary>
public sealed class BlobResponderTests : ResponderWorld
{
    [Fact]
    public async Task To_know_a_hash_gains_nothing_in_another_scope()
    {
        BlobResponder hub = await StartAsync();
        byte[] secret = Content.Of(100_000);
        BlobManifest manifest = ManifestOf(secret);
        await UploadAsync(hub, Theirs, manifest, secret);

        // Who knows only hashes is asked for every chunk, as if the hub had none of them.
        BlobOfferAnswer answer = await hub.OfferAsync(new BlobOffer(Mine, manifest));
        Assert.Equal(manifest.Chunks.Length, answer.Missing.Length);

        // Nothing can be read, and nothing but the content helps.
        await MissingAsync(async () => await hub.GetManifestAsync(Mine, manifest.Id));
        await MissingAsync(async () => await hub.OpenChunkAsync(Mine, manifest.Id, 0));
        SyncException forged = await Assert.ThrowsAsync<SyncException>(async () => await hub.PutChunkAsync(
            Mine, manifest.Id, 0, new MemoryStream(new byte[manifest.Chunks[0].Length])));
        Assert.Equal(SyncErrorCode.BlobDamaged, forged.Code);
        Assert.Equal(manifest.Chunks.Length, (await hub.OfferAsync(new BlobOffer(Mine, manifest))).Missing.Length);
    }

    [Fact]
    public async Task An_answer_does_not_tell_whether_another_scope_holds_the_content()
    {
        BlobResponder hub = await StartAsync();
        byte[] held = Content.Of(100_000, 1);
        await UploadAsync(hub, Theirs, ManifestOf(held), held);

        SyncException ofHeld = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.GetManifestAsync(Mine, BlobId.Of(held)));
        BlobId unknown = BlobId.Of("unknown"u8);
        SyncException ofUnknown = await Assert.ThrowsAsync<SyncException>(async () => await hub.GetManifestAsync(Mine, unknown));

        Assert.Equal(
            ofUnknown.Message.Replace(unknown.ToString(), "X", StringComparison.Ordinal),
            ofHeld.Message.Replace(BlobId.Of(held).ToString(), "X", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Content_that_is_shown_is_attached_and_takes_no_second_room()
    {
        BlobResponder hub = await StartAsync();
        byte[] content = Content.Of(100_000);
        BlobManifest manifest = ManifestOf(content);
        await UploadAsync(hub, Theirs, manifest, content);

        await UploadAsync(hub, Mine, manifest, content);

        Assert.Equal(content.Length, Hub.Usage.ChunkBytes);
        Assert.Equal(manifest.Chunks, (await hub.GetManifestAsync(Mine, manifest.Id)).Chunks);
    }

    [Fact]
    public async Task Chunks_that_make_up_something_else_are_not_attached()
    {
        BlobResponder hub = await StartAsync();
        byte[] content = Content.Of(100_000);
        var forged = new BlobManifest(BlobId.Of("the dean's letter"u8), ManifestOf(content).Chunks);
        await SendAsync(hub, Mine, forged, content);

        SyncException found = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.OfferAsync(new BlobOffer(Mine, forged)));

        Assert.Equal(SyncErrorCode.BlobDamaged, found.Code);
        await MissingAsync(async () => await hub.GetManifestAsync(Mine, forged.Id));
        Assert.Null(await Hub.HeldAsync(forged.Id));

        // The scope has gained nothing by it: what it is to have must be sent for what it is.
        Assert.Equal(forged.Chunks.Length, (await hub.OfferAsync(new BlobOffer(Mine, ManifestOf(content)))).Missing.Length);
    }

    [Fact]
    public async Task A_chunk_announced_with_another_length_is_refused_unread()
    {
        BlobResponder hub = await StartAsync();
        BlobManifest manifest = ManifestOf(Content.Of(100_000));
        await hub.OfferAsync(new BlobOffer(Mine, manifest));
        using var content = new EndlessStream();

        SyncException refused = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.PutChunkAsync(Mine, manifest.Id, 0, content, lengthClaimed: manifest.Chunks[0].Length + 1));

        Assert.Equal((SyncErrorCode.BlobDamaged, 0), (refused.Code, content.BytesRead));
    }

    [Fact]
    public async Task Chunks_that_a_power_failure_tore_are_asked_for_again_all_at_once()
    {
        BlobResponder hub = await StartAsync();
        byte[] content = Content.Of(300_000);
        BlobManifest manifest = ManifestOf(content);
        await SendAsync(hub, Mine, manifest, content);
        foreach (int index in (int[])[1, 4, 9])
        {
            TestFolder.Tear(TestFolder.FileOf(Folder.Sub("hub"), "chunks", manifest.Chunks[index].Hash));
        }

        using var again = new BlobResponder(Hub.Store, Hub.Records, new BlobResponderOptions(), Time);
        Assert.Equal([1, 4, 9], (await again.OfferAsync(new BlobOffer(Mine, manifest))).Missing);
        await MissingAsync(async () => await again.GetManifestAsync(Mine, manifest.Id));
        await UploadAsync(again, Mine, manifest, content);

        Assert.Equal(manifest.Chunks, (await again.GetManifestAsync(Mine, manifest.Id)).Chunks);
    }

    [Fact]
    public async Task Chunks_that_come_in_any_order_and_after_a_restart_make_up_the_blob()
    {
        BlobResponder hub = await StartAsync();
        byte[] content = Content.Of(300_000);
        BlobManifest manifest = ManifestOf(content);
        int[] order = [.. (await hub.OfferAsync(new BlobOffer(Mine, manifest))).Missing.Reverse()];
        await SendAsync(hub, Mine, manifest, content, order[..4]);
        using var again = new BlobResponder(Hub.Store, Hub.Records, new BlobResponderOptions(), Time);

        await SendAsync(again, Mine, manifest, content, order[4..]);

        Assert.True((await again.OfferAsync(new BlobOffer(Mine, manifest))).IsComplete);
    }

    [Fact]
    public async Task A_chunk_of_a_blob_that_was_not_offered_is_refused()
    {
        BlobResponder hub = await StartAsync();

        SyncException refused = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.PutChunkAsync(Mine, BlobId.Of("x"u8), 0, new MemoryStream("x"u8.ToArray())));

        Assert.Equal(SyncErrorCode.TransferVoid, refused.Code);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task A_chunk_that_the_blob_does_not_have_is_refused(int index)
    {
        BlobResponder hub = await StartAsync();
        byte[] content = Content.Of(100_000);
        await UploadAsync(hub, Mine, ManifestOf(content), content);

        SyncException refused = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.OpenChunkAsync(Mine, BlobId.Of(content), index));

        Assert.Equal(SyncErrorCode.Malformed, refused.Code);
    }

    [Fact]
    public async Task A_scope_has_a_quota_of_its_own()
    {
        BlobResponder hub = await StartAsync(new BlobResponderOptions { ScopeBytesMax = 150_000 });
        byte[] first = Content.Of(100_000, 1);
        byte[] second = Content.Of(100_000, 2);
        await UploadAsync(hub, Mine, ManifestOf(first), first);

        SyncException full = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.OfferAsync(new BlobOffer(Mine, ManifestOf(second))));
        await UploadAsync(hub, Theirs, ManifestOf(second), second);

        Assert.Equal(SyncErrorCode.QuotaExceeded, full.Code);
    }

    [Fact]
    public async Task A_blob_made_of_chunks_that_the_scope_holds_counts_against_its_quota_too()
    {
        BlobResponder hub = await StartAsync(new BlobResponderOptions { ScopeBytesMax = 150_000 });
        byte[] content = Content.Of(90_000);
        BlobManifest manifest = ManifestOf(content);
        await UploadAsync(hub, Mine, manifest, content);
        byte[] turned = [.. content[30_000..], .. content[..30_000]];

        SyncException full = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.OfferAsync(new BlobOffer(Mine, ManifestOf(turned))));

        Assert.Equal(SyncErrorCode.QuotaExceeded, full.Code);
        await MissingAsync(async () => await hub.GetManifestAsync(Mine, BlobId.Of(turned)));
    }
}
