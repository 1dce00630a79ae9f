using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>What a hub keeps and what it removes.</summary>
public sealed class BlobCollectionTests : ResponderWorld
{
    [Fact]
    public async Task A_blob_stays_while_a_record_refers_to_it_and_goes_a_grace_period_after()
    {
        BlobResponder hub = await StartAsync();
        byte[] content = Content.Of(100_000);
        BlobManifest manifest = ManifestOf(content);
        await UploadAsync(hub, Mine, manifest, content);
        await WriteAsync(Mine, "slides", manifest.Id);
        for (int i = 0; i < 3; i++)
        {
            Time.Advance(TimeSpan.FromDays(31));
            Assert.Equal(0, (await CollectAsync()).DetachedCount);
        }

        await WriteAsync(Mine, "slides", blob: null);
        Assert.Equal(0, (await CollectAsync()).DetachedCount);
        Time.Advance(TimeSpan.FromDays(29));
        Assert.Equal(0, (await CollectAsync()).DetachedCount);
        Time.Advance(TimeSpan.FromDays(2));
        BlobCollection collected = await CollectAsync();

        Assert.Equal((1, 1), (collected.DetachedCount, collected.RemovedCount));
        Assert.Equal(default, Hub.Usage);
        await MissingAsync(async () => await hub.GetManifestAsync(Mine, manifest.Id));
    }

    [Fact]
    public async Task A_blob_of_two_scopes_leaves_one_and_stays_in_the_other()
    {
        BlobResponder hub = await StartAsync();
        byte[] content = Content.Of(100_000);
        BlobManifest manifest = ManifestOf(content);
        await UploadAsync(hub, Mine, manifest, content);
        await UploadAsync(hub, Theirs, manifest, content);
        await WriteAsync(Theirs, "slides", manifest.Id);

        await CollectAsync();
        Time.Advance(TimeSpan.FromDays(31));
        BlobCollection collected = await CollectAsync();

        Assert.Equal((1, 0), (collected.DetachedCount, collected.RemovedCount));
        await MissingAsync(async () => await hub.GetManifestAsync(Mine, manifest.Id));
        Assert.NotNull(await hub.GetManifestAsync(Theirs, manifest.Id));

        // What left the scope must be shown again before it comes back.
        Assert.Equal(manifest.Chunks.Length, (await hub.OfferAsync(new BlobOffer(Mine, manifest))).Missing.Length);
    }

    [Fact]
    public async Task A_record_of_an_offline_device_that_comes_too_late_has_its_blob_asked_for()
    {
        BlobResponder hub = await StartAsync();
        byte[] content = Content.Of(100_000);
        BlobManifest manifest = ManifestOf(content);
        await UploadAsync(hub, Mine, manifest, content);
        Time.Advance(TimeSpan.FromDays(31));
        await CollectAsync();
        Assert.Equal(default, Hub.Usage);

        await WriteAsync(Mine, "slides", manifest.Id);
        await CollectAsync();
        Assert.Equal([manifest.Id], await hub.ListWantedAsync(Mine));
        await UploadAsync(hub, Mine, manifest, content);

        Assert.Empty(await hub.ListWantedAsync(Mine));
        Assert.Empty(await hub.ListWantedAsync(Theirs));
    }

    [Fact]
    public async Task An_upload_that_does_not_go_on_is_given_up_after_the_grace_period()
    {
        BlobResponder hub = await StartAsync();
        byte[] content = Content.Of(100_000);
        BlobManifest manifest = ManifestOf(content);
        await hub.OfferAsync(new BlobOffer(Mine, manifest));
        await hub.PutChunkAsync(Mine, manifest.Id, 0, new MemoryStream(content, 0, manifest.Chunks[0].Length));
        Assert.NotEqual(0, Hub.Usage.ChunkBytes);

        Time.Advance(TimeSpan.FromDays(31));
        await CollectAsync();

        Assert.Equal(default, Hub.Usage);
        Assert.Equal(manifest.Chunks.Length, (await hub.OfferAsync(new BlobOffer(Mine, manifest))).Missing.Length);
    }

    [Fact]
    public async Task A_scan_reads_what_changed_and_nothing_else()
    {
        await StartAsync();
        using var references = new BlobReferenceIndex(Hub.Records);
        BlobId blob = BlobId.Of("x"u8);
        await WriteAsync(Mine, "a", blob);
        await WriteAsync(Mine, "b", blob: null);

        Assert.Single(await references.ScanAsync(Mine));
        Assert.Empty(await references.ScanAsync(Mine));
        await WriteAsync(Mine, "b", blob);
        Assert.Single(await references.ScanAsync(Mine));
        await WriteAsync(Mine, "a", blob: null);
        await references.ScanAsync(Mine);
        Assert.True(await references.IsReferencedAsync(blob, Mine));
        await WriteAsync(Mine, "b", blob: null);
        await references.ScanAsync(Mine);

        Assert.False(await references.IsReferencedAsync(blob, Mine));
        Assert.Empty(await references.FindAsync(blob));
    }

    [Fact]
    public async Task An_upload_under_way_is_left_alone_until_then()
    {
        BlobResponder hub = await StartAsync();
        byte[] content = Content.Of(100_000);
        BlobManifest manifest = ManifestOf(content);
        await hub.OfferAsync(new BlobOffer(Mine, manifest));
        await SendAsync(hub, Mine, manifest, content, [0, 1]);

        Time.Advance(TimeSpan.FromDays(29));
        await CollectAsync();

        Assert.Equal([2, 3], (await hub.OfferAsync(new BlobOffer(Mine, manifest))).Missing);
    }

    [Fact]
    public async Task A_blob_that_is_offered_in_another_scope_outlives_its_last_attachment()
    {
        BlobResponder hub = await StartAsync();
        byte[] content = Content.Of(100_000);
        BlobManifest manifest = ManifestOf(content);
        await UploadAsync(hub, Mine, manifest, content);
        Time.Advance(TimeSpan.FromDays(31));
        await hub.OfferAsync(new BlobOffer(Theirs, manifest));

        BlobCollection collected = await CollectAsync();

        Assert.Equal((1, 0), (collected.DetachedCount, collected.RemovedCount));
        Assert.NotNull(await Hub.HeldAsync(manifest.Id));
    }

    [Fact]
    public async Task A_blob_that_goes_leaves_room_in_its_scope()
    {
        BlobResponder hub = await StartAsync(new BlobResponderOptions { ScopeBytesMax = 150_000 });
        byte[] first = Content.Of(100_000, 1);
        byte[] second = Content.Of(100_000, 2);
        await UploadAsync(hub, Mine, ManifestOf(first), first);
        Time.Advance(TimeSpan.FromDays(31));
        Assert.Equal(1, (await CollectAsync()).DetachedCount);

        await UploadAsync(hub, Mine, ManifestOf(second), second);

        Assert.NotNull(await hub.GetManifestAsync(Mine, BlobId.Of(second)));
    }

    [Fact]
    public async Task An_upload_that_is_done_is_no_upload_any_more_and_its_chunks_need_not_be_sent_again()
    {
        BlobResponder hub = await StartAsync();
        byte[] content = Content.Of(120_000);
        await UploadAsync(hub, Mine, ManifestOf(content), content);
        await WriteAsync(Mine, "slides", BlobId.Of(content));
        Time.Advance(TimeSpan.FromDays(31));
        await CollectAsync();
        byte[] longer = [.. content, .. Content.Of(30_000, 2)];

        Assert.Equal([4], (await hub.OfferAsync(new BlobOffer(Mine, ManifestOf(longer)))).Missing);
    }
}
