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
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A hub that is spoken to without a device, with a clock that stands still; it ends with its test.</summary>
public abstract class ResponderWorld : IAsyncDisposable
{
    internal const string Mine = "course/mine";
    internal const string Theirs = "course/theirs";

    private TestHub? _hub;

    internal TestFolder Folder { get; } = new();

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    internal TestHub Hub => _hub ?? throw new InvalidOperationException("Start it first.");

    public virtual async ValueTask DisposeAsync()
    {
        if (_hub is not null)
        {
            await _hub.DisposeAsync();
        }

        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    internal static BlobManifest ManifestOf(byte[] content) => Manifests.Of(content, 30_000);

    internal static async Task SendAsync(BlobResponder hub, string scope, BlobManifest manifest, byte[] content)
    {
        BlobOfferAnswer answer = await hub.OfferAsync(new BlobOffer(scope, manifest));
        await SendAsync(hub, scope, manifest, content, answer.Missing);
    }

    internal static async Task SendAsync(
        BlobResponder hub, string scope, BlobManifest manifest, byte[] content, IEnumerable<int> indexes)
    {
        foreach (int index in indexes)
        {
            var chunk = new MemoryStream(content, (int)manifest.OffsetOf(index), manifest.Chunks[index].Length);
            await hub.PutChunkAsync(scope, manifest.Id, index, chunk);
        }
    }

    internal static async Task UploadAsync(BlobResponder hub, string scope, BlobManifest manifest, byte[] content)
    {
        await SendAsync(hub, scope, manifest, content);
        Assert.True((await hub.OfferAsync(new BlobOffer(scope, manifest))).IsComplete);
    }

    internal static async Task MissingAsync(Func<Task> read) =>
        Assert.Equal(SyncErrorCode.BlobMissing, (await Assert.ThrowsAsync<SyncException>(read)).Code);

    internal async Task<BlobCollection> CollectAsync() => await Hub.Blobs.Collector.RunAsync(TimeSpan.FromDays(30));

    /// <summary>The records of the hub, not open yet.</summary>
    internal virtual IRecordStore CreateRecords() => new InMemoryRecordStore("hub");

    internal async Task<BlobResponder> StartAsync(BlobResponderOptions? options = null)
    {
        _hub = await TestHub.StartAsync(Folder.Sub("hub"), Time, options, CreateRecords());
        return _hub.Blobs;
    }

    internal async Task WriteAsync(string scope, string key, BlobId? blob)
    {
        ReadOnlyMemory<byte> payload = new MessagePackPayloadSerializer().Serialize(new Handout
        {
            Title = key,
            File = blob is { } id ? new BlobRef(id, 100_000) : null,
        });
        await using IStoreTransaction transaction = await Hub.Records.BeginAsync();
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(Hub.Records);
        ScopeDraft draft = await ScopeDraft.BeginAsync(transaction, scope, catalog, sink: null);
        var recordKey = new RecordKey("handouts", key);
        StoredRecord? before = await transaction.GetAsync(scope, recordKey);
        Dot dot = transaction.NextDots();
        HybridTimestamp stamp = HybridLogicalClock.Tick(transaction.Clock, Time.GetUtcNow());
        transaction.AdvanceClock(stamp);
        var record = new StoredRecord(recordKey, [new RecordVersion(dot, stamp, "ann", payload)]);
        await draft.ReplaceAsync(before, record);
        draft.State = draft.State with { Knowledge = draft.State.Knowledge.With(dot) };
        await draft.SaveAsync();
        await transaction.CommitAsync(Durability.Full);
    }
}
