using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

public sealed class BlobResponderTests : IAsyncDisposable
{
    private const string Mine = "course/mine";
    private const string Theirs = "course/theirs";

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
    private TestHub? _hub;

    public async ValueTask DisposeAsync()
    {
        if (_hub is not null)
        {
            await _hub.DisposeAsync();
        }

        _folder.Dispose();
    }

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

        Assert.Equal(content.Length, _hub!.Usage.ChunkBytes);
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
        Assert.Null(await _hub!.HeldAsync(forged.Id));
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
            TestFolder.Tear(TestFolder.FileOf(_folder.Sub("hub"), "chunks", manifest.Chunks[index].Hash));
        }

        using var again = new BlobResponder(_hub!.Store, _hub.Records, new BlobResponderOptions(), _time);
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
        using var again = new BlobResponder(_hub!.Store, _hub.Records, new BlobResponderOptions(), _time);

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
            _time.Advance(TimeSpan.FromDays(31));
            Assert.Equal(0, (await CollectAsync()).DetachedCount);
        }

        await WriteAsync(Mine, "slides", blob: null);
        Assert.Equal(0, (await CollectAsync()).DetachedCount);
        _time.Advance(TimeSpan.FromDays(29));
        Assert.Equal(0, (await CollectAsync()).DetachedCount);
        _time.Advance(TimeSpan.FromDays(2));
        BlobCollection collected = await CollectAsync();

        Assert.Equal((1, 1), (collected.DetachedCount, collected.RemovedCount));
        Assert.Equal(default, _hub!.Usage);
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
        _time.Advance(TimeSpan.FromDays(31));
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
        _time.Advance(TimeSpan.FromDays(31));
        await CollectAsync();
        Assert.Equal(default, _hub!.Usage);

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
        Assert.NotEqual(0, _hub!.Usage.ChunkBytes);

        _time.Advance(TimeSpan.FromDays(31));
        await CollectAsync();

        Assert.Equal(default, _hub.Usage);
        Assert.Equal(manifest.Chunks.Length, (await hub.OfferAsync(new BlobOffer(Mine, manifest))).Missing.Length);
    }

    [Fact]
    public async Task A_scan_reads_what_changed_and_nothing_else()
    {
        await StartAsync();
        using var references = new BlobReferenceIndex(_hub!.Records);
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

    private static BlobManifest ManifestOf(byte[] content)
    {
        var chunks = ImmutableArray.CreateBuilder<BlobChunk>();
        foreach (byte[] chunk in content.Chunk(30_000))
        {
            chunks.Add(new BlobChunk(ContentHash.Of(chunk), chunk.Length));
        }

        return new BlobManifest(BlobId.Of(content), chunks.ToImmutable());
    }

    private static async Task SendAsync(BlobResponder hub, string scope, BlobManifest manifest, byte[] content)
    {
        BlobOfferAnswer answer = await hub.OfferAsync(new BlobOffer(scope, manifest));
        await SendAsync(hub, scope, manifest, content, answer.Missing);
    }

    private static async Task SendAsync(
        BlobResponder hub, string scope, BlobManifest manifest, byte[] content, IEnumerable<int> indexes)
    {
        foreach (int index in indexes)
        {
            var chunk = new MemoryStream(content, (int)manifest.OffsetOf(index), manifest.Chunks[index].Length);
            await hub.PutChunkAsync(scope, manifest.Id, index, chunk);
        }
    }

    private static async Task UploadAsync(BlobResponder hub, string scope, BlobManifest manifest, byte[] content)
    {
        await SendAsync(hub, scope, manifest, content);
        Assert.True((await hub.OfferAsync(new BlobOffer(scope, manifest))).IsComplete);
    }

    private static async Task MissingAsync(Func<Task> read) =>
        Assert.Equal(SyncErrorCode.BlobMissing, (await Assert.ThrowsAsync<SyncException>(read)).Code);

    private async Task<BlobCollection> CollectAsync() => await _hub!.Blobs.Collector.RunAsync(TimeSpan.FromDays(30));

    private async Task<BlobResponder> StartAsync(BlobResponderOptions? options = null)
    {
        _hub = await TestHub.StartAsync(_folder.Sub("hub"), _time, options);
        return _hub.Blobs;
    }

    private async Task WriteAsync(string scope, string key, BlobId? blob)
    {
        ReadOnlyMemory<byte> payload = new MessagePackPayloadSerializer().Serialize(new Handout
        {
            Title = key,
            File = blob is { } id ? new BlobRef(id, 100_000) : null,
        });
        await using IStoreTransaction transaction = await _hub!.Records.BeginAsync();
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(_hub.Records);
        ScopeDraft draft = await ScopeDraft.BeginAsync(transaction, scope, catalog, sink: null);
        var recordKey = new RecordKey("handouts", key);
        StoredRecord? before = await transaction.GetAsync(scope, recordKey);
        Dot dot = transaction.NextDots();
        HybridTimestamp stamp = HybridLogicalClock.Tick(transaction.Clock, _time.GetUtcNow());
        transaction.AdvanceClock(stamp);
        var record = new StoredRecord(recordKey, [new RecordVersion(dot, stamp, "ann", payload)]);
        await draft.ReplaceAsync(before, record);
        draft.State = draft.State with { Knowledge = draft.State.Knowledge.With(dot) };
        await draft.SaveAsync();
        await transaction.CommitAsync(Durability.Full);
    }
}
