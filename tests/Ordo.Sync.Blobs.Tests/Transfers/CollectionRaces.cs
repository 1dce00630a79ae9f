using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>
/// Collections beside uploads, records and other collections, at this and at another instance of a hub over the same stores: whatever
/// comes in between, nothing that a record refers to or that a device was told is there goes. The same for every store of records.
/// </summary>
public abstract class CollectionRaces : ResponderWorld
{
    private static readonly TimeSpan Grace = TimeSpan.FromDays(30);

    [Fact]
    public async Task A_record_that_comes_between_the_scan_and_the_removal_keeps_its_blob()
    {
        BlobResponder hub = await StartAsync();
        (BlobManifest manifest, _) = await DueAsync(hub);
        var records = new HookedRecordStore(Hub.Records);
        using var other = new BlobResponder(Hub.Store, records, new BlobResponderOptions(), Time);
        records.BeforeWrite = () => WriteAsync(Mine, "slides", manifest.Id);

        BlobCollection collected = await other.Collector.RunAsync(Grace);

        Assert.Null(records.BeforeWrite);
        Assert.Equal((0, 0), (collected.DetachedCount, collected.RemovedCount));
        Assert.Equal(manifest.Chunks, (await hub.GetManifestAsync(Mine, manifest.Id)).Chunks);
        Assert.Empty(await hub.ListWantedAsync(Mine));
    }

    [Fact]
    public async Task A_blob_that_another_instance_attaches_while_it_is_removed_is_put_back()
    {
        BlobResponder hub = await StartAsync();
        (BlobManifest manifest, byte[] content) = await DueAsync(hub);
        var blobs = new HookedBlobStore(Hub.Store);
        using var other = new BlobResponder(blobs, Hub.Records, new BlobResponderOptions(), Time);
        blobs.BeforeRemove = async _ => await UploadAsync(hub, Theirs, manifest, content);

        BlobCollection collected = await other.Collector.RunAsync(Grace);

        Assert.Equal((1, 0), (collected.DetachedCount, collected.RemovedCount));
        await AssertReadableAsync(hub, manifest);
        await AssertReadableAsync(other, manifest);
    }

    [Fact]
    public async Task An_upload_that_finds_its_blob_removed_in_between_completes_with_a_manifest_of_its_own()
    {
        BlobResponder hub = await StartAsync();
        byte[] content = Content.Of(100_000);
        BlobManifest manifest = ManifestOf(content);
        var blobs = new HookedBlobStore(Hub.Store);
        using var other = new BlobResponder(blobs, Hub.Records, new BlobResponderOptions(), Time);
        await SendAsync(other, Theirs, manifest, content);
        int collections = 0;
        blobs.BeforePut = async _ =>
        {
            if (collections++ == 0)
            {
                await hub.Collector.RunAsync(Grace);
            }
        };

        Assert.True((await other.OfferAsync(new BlobOffer(Theirs, manifest))).IsComplete);

        await AssertReadableAsync(hub, manifest);
    }

    [Fact]
    public async Task A_blob_that_is_offered_again_just_before_it_would_go_has_its_grace_period_anew()
    {
        BlobResponder hub = await StartAsync();
        (BlobManifest manifest, _) = await DueAsync(hub);

        Assert.True((await hub.OfferAsync(new BlobOffer(Mine, manifest))).IsComplete);
        Assert.Equal(0, (await CollectAsync()).DetachedCount);
        Time.Advance(TimeSpan.FromDays(29));
        Assert.Equal(0, (await CollectAsync()).DetachedCount);
        await WriteAsync(Mine, "slides", manifest.Id);
        Time.Advance(TimeSpan.FromDays(31));

        Assert.Equal(0, (await CollectAsync()).DetachedCount);
        Assert.Equal(manifest.Chunks, (await hub.GetManifestAsync(Mine, manifest.Id)).Chunks);
    }

    [Fact]
    public async Task A_blob_that_is_offered_again_while_it_is_judged_stays()
    {
        BlobResponder hub = await StartAsync();
        (BlobManifest manifest, _) = await DueAsync(hub);
        var records = new HookedRecordStore(Hub.Records);
        using var other = new BlobResponder(Hub.Store, records, new BlobResponderOptions(), Time);
        bool isComplete = false;
        records.BeforeWrite = async () => isComplete = (await hub.OfferAsync(new BlobOffer(Mine, manifest))).IsComplete;

        Assert.Equal(0, (await other.Collector.RunAsync(Grace)).DetachedCount);

        Assert.True(isComplete);
        Assert.Equal(manifest.Chunks, (await hub.GetManifestAsync(Mine, manifest.Id)).Chunks);
    }

    [Fact]
    public async Task An_upload_that_goes_on_while_it_is_given_up_goes_on()
    {
        BlobResponder hub = await StartAsync();
        byte[] content = Content.Of(100_000);
        BlobManifest manifest = ManifestOf(content);
        await hub.OfferAsync(new BlobOffer(Mine, manifest));
        await SendAsync(hub, Mine, manifest, content, [0]);
        Time.Advance(TimeSpan.FromDays(31));
        var records = new HookedRecordStore(Hub.Records);
        using var other = new BlobResponder(Hub.Store, records, new BlobResponderOptions(), Time);
        int[] missing = [];
        records.BeforeWrite = async () => missing = [.. (await hub.OfferAsync(new BlobOffer(Mine, manifest))).Missing];

        await other.Collector.RunAsync(Grace);

        Assert.Equal([1, 2, 3], missing);
        await SendAsync(hub, Mine, manifest, content, missing);
        Assert.True((await hub.OfferAsync(new BlobOffer(Mine, manifest))).IsComplete);
    }

    [Fact]
    public async Task A_scan_that_another_overtakes_does_not_put_back_what_it_has_read_before()
    {
        await StartAsync();
        BlobId blob = BlobId.Of("x"u8);
        BlobId another = BlobId.Of("y"u8);
        await WriteAsync(Mine, "slides", another);
        var records = new HookedRecordStore(Hub.Records);
        using var slow = new BlobReferenceIndex(records);
        using var fast = new BlobReferenceIndex(Hub.Records);
        records.BeforeWrite = async () =>
        {
            await WriteAsync(Mine, "slides", blob);
            await fast.ScanAsync(Mine);
        };

        await slow.ScanAsync(Mine);

        Assert.Single(await fast.FindAsync(blob));
        Assert.Empty(await fast.FindAsync(another));
    }

    [Fact]
    public async Task A_blob_that_comes_while_a_scan_finds_it_missing_is_asked_of_nobody()
    {
        BlobResponder hub = await StartAsync();
        byte[] content = Content.Of(100_000);
        BlobManifest manifest = ManifestOf(content);
        await WriteAsync(Mine, "slides", manifest.Id);
        var records = new HookedRecordStore(Hub.Records);
        using var other = new BlobResponder(Hub.Store, records, new BlobResponderOptions(), Time);

        // The scan itself writes first; then comes the note that the blob is missing.
        records.BeforeWrite = () =>
        {
            records.BeforeWrite = () => UploadAsync(hub, Mine, manifest, content);
            return Task.CompletedTask;
        };

        Assert.Equal(0, (await other.Collector.RunAsync(Grace)).WantedCount);

        Assert.Null(records.BeforeWrite);
        Assert.Empty(await hub.ListWantedAsync(Mine));
    }

    [Fact]
    public async Task A_process_that_dies_before_it_looks_again_takes_no_content_from_who_attached_it_meanwhile()
    {
        BlobResponder hub = await StartAsync();
        (BlobManifest manifest, byte[] content) = await DueAsync(hub);
        HookedBlobStore dying = DyingIn(() => UploadAsync(hub, Theirs, manifest, content));
        dying.KeepsChunks = true;
        using var other = new BlobResponder(dying, Hub.Records, new BlobResponderOptions(), Time);

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await other.Collector.RunAsync(Grace));
        Assert.Null(await Hub.HeldAsync(manifest.Id));
        Assert.Equal(0, (await CollectAsync()).RemovedCount);

        await AssertReadableAsync(hub, manifest);
    }

    [Fact]
    public async Task What_a_process_that_died_took_with_its_chunks_is_asked_of_those_who_have_it()
    {
        BlobResponder hub = await StartAsync();
        (BlobManifest manifest, byte[] content) = await DueAsync(hub);
        using var other = new BlobResponder(
            DyingIn(() => UploadAsync(hub, Theirs, manifest, content)), Hub.Records, new BlobResponderOptions(), Time);

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await other.Collector.RunAsync(Grace));
        foreach (string chunk in TestFolder.ChunkFiles(Folder.Sub("hub")))
        {
            File.Delete(chunk);
        }

        await CollectAsync();

        Assert.Equal([manifest.Id], await hub.ListWantedAsync(Theirs));
        await UploadAsync(hub, Theirs, manifest, content);
        await AssertReadableAsync(hub, manifest);
    }

    [Fact]
    public async Task What_a_process_that_died_took_and_nobody_needs_stays_away()
    {
        BlobResponder hub = await StartAsync();
        (BlobManifest manifest, _) = await DueAsync(hub);
        using var other = new BlobResponder(
            DyingIn(() => Task.CompletedTask), Hub.Records, new BlobResponderOptions(), Time);

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await other.Collector.RunAsync(Grace));
        Assert.Equal(1, await NoteCountAsync());
        Time.Advance(TimeSpan.FromDays(2));
        await CollectAsync();

        Assert.Null(await Hub.HeldAsync(manifest.Id));
        Assert.Equal(0, await NoteCountAsync());
    }

    // A store whose process dies once it has taken a manifest away, in the moment in which something else happens elsewhere.
    private HookedBlobStore DyingIn(Func<Task> elsewhere) => new(Hub.Store)
    {
        BeforeRemove = _ => elsewhere(),
        AfterRemove = _ => throw new OperationCanceledException("It died here."),
    };

    private async Task<int> NoteCountAsync()
    {
        await using IStoreSnapshot snapshot = await Hub.Records.ReadAsync();
        return (await snapshot.ListLocalAsync("blob-removing", afterKey: null, 10)).Count;
    }

    // A blob that no record has referred to for longer than the grace period.
    private async Task<(BlobManifest Manifest, byte[] Content)> DueAsync(BlobResponder hub)
    {
        byte[] content = Content.Of(100_000);
        BlobManifest manifest = ManifestOf(content);
        await UploadAsync(hub, Mine, manifest, content);
        await CollectAsync();
        Time.Advance(TimeSpan.FromDays(31));
        return (manifest, content);
    }

    private static async Task AssertReadableAsync(BlobResponder hub, BlobManifest manifest)
    {
        Assert.Equal(manifest.Chunks, (await hub.GetManifestAsync(Theirs, manifest.Id)).Chunks);
        for (int i = 0; i < manifest.Chunks.Length; i++)
        {
            (Stream content, BlobChunk chunk) = await hub.OpenChunkAsync(Theirs, manifest.Id, i);
            await using (content)
            {
                Assert.Equal(chunk.Length, content.Length);
            }
        }
    }
}
