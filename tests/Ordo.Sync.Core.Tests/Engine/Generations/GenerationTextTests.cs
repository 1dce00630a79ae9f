using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Core.Tests.Engine.ConflictFree;
using Ordo.Sync.Crdt;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.ConflictFree;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Core.Tests.Engine.Generations;

/// <summary>
/// A hub that forgot what was deleted from a text no longer names who typed it or who deleted it there, and folds them; a device
/// that has not forgotten yet still does.
/// </summary>
public sealed class GenerationTextTests : IAsyncLifetime
{
    private const string Key = "1";
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(90);

    private readonly FakeTimeProvider _clock = TestHub.NewClock();
    private readonly InMemoryRecordStore _store = new("hub");
    private readonly InMemoryRecordStore _benStore = new("ben");
    private SubscriberLedger _subscribers = null!;
    private TestHub _hub = null!;

    public async ValueTask InitializeAsync()
    {
        await _store.OpenAsync();
        _subscribers = new SubscriberLedger(_store, _clock);
        _hub = await TestHub.StartAsync(_store, _clock, new ResponderOptions { Subscribers = _subscribers });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Who_had_not_forgotten_what_a_folded_replica_typed_types_on_in_the_new_generation() =>
        await PlayAsync(typist: (_, cal) => cal, deleter: (ann, _) => ann);

    [Fact]
    public async Task Who_had_not_forgotten_what_a_folded_replica_deleted_types_on_in_the_new_generation() =>
        await PlayAsync(typist: (ann, _) => ann, deleter: (_, cal) => cal);

    [Fact]
    public async Task Who_comes_from_beyond_the_horizon_and_the_generation_before_types_on_beside_what_a_folded_replica_typed()
    {
        await using SheetDevice ann = Add();
        await using SheetDevice ben = new(_hub.Connect(), _clock, configure: sync => sync.UseStructuredStore(_ => _benStore));
        await using SheetDevice cal = Add();
        await using SheetDevice dan = Add();
        await BeginAsync(ann, ben, cal, dan);
        await cal.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Insert(2, "deleted soon"));
        await SheetDevice.ConvergeAsync(_hub, ann, ben, cal, dan);
        await ben.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Insert(9, "-"));
        await ann.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Delete(2, 12));
        _clock.Advance(Horizon + TimeSpan.FromDays(1));
        await SheetDevice.ConvergeAsync(_hub, ann, cal, dan);
        Assert.True((await ForgetAndCompactAsync(TestContext.Current.CancellationToken)).IsStarted);

        await TypeOnAsync(ben, [ann, cal, dan], "ke-pt!");
    }

    private async Task PlayAsync(
        Func<SheetDevice, SheetDevice, SheetDevice> typist,
        Func<SheetDevice, SheetDevice, SheetDevice> deleter)
    {
        await using SheetDevice ann = Add();
        await using SheetDevice ben = new(_hub.Connect(), _clock, configure: sync => sync.UseStructuredStore(_ => _benStore));
        await using SheetDevice cal = Add();
        await using SheetDevice dan = Add();
        await BeginAsync(ann, ben, cal, dan);
        await typist(ann, cal).Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Insert(2, "deleted soon"));
        await SheetDevice.ConvergeAsync(_hub, ann, ben, cal, dan);
        await deleter(ann, cal).Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Delete(2, 12));
        await SheetDevice.ConvergeAsync(_hub, ann, ben, cal, dan);
        await ann.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append("."));
        await SheetDevice.ConvergeAsync(_hub, ann, ben, cal, dan);

        // Typed while ben is away from the hub, right beside what the hub forgets meanwhile.
        await ben.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Insert(2, "-"));
        ScopeCompaction compaction = await ForgetAndCompactAsync(TestContext.Current.CancellationToken);
        Assert.True(compaction.IsStarted);
        Assert.True(compaction.EntriesAfter < compaction.EntriesBefore);

        await TypeOnAsync(ben, [ann, cal, dan], "ke-pt.!");
    }

    private async Task BeginAsync(SheetDevice ann, SheetDevice ben, SheetDevice cal, SheetDevice dan)
    {
        await dan.Sheets.PatchAsync("2", p => p.Set(s => s.Title, "plain"));
        await ann.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append("kept"));
        await SheetDevice.ConvergeAsync(_hub, ann, ben, cal, dan);
    }

    private async Task TypeOnAsync(SheetDevice ben, SheetDevice[] others, string expected)
    {
        await ben.SyncAsync();
        await ben.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append("!"));
        await SheetDevice.ConvergeAsync(_hub, [ben, .. others]);
        Assert.Equal(expected, (await others[0].ReadAsync())!.Notes);
        Assert.Equal(expected, (await ben.ReadAsync())!.Notes);
        await using IStoreSnapshot snapshot = await _benStore.ReadAsync();
        StoredRecord record = (await snapshot.GetAsync(TestDevice.ScopeName, new RecordKey("sheets", Key)))!;
        ScopeState state = await snapshot.GetScopeAsync(TestDevice.ScopeName);
        Assert.Null(StoredDocument.Decode(record.ConflictFree).Survey().FindUnknown(
            CausalView.Of(snapshot.Replicas, state.Knowledge)));
    }

    private SheetDevice Add() => new(_hub.Connect(), _clock);

    private async Task<ScopeCompaction> ForgetAndCompactAsync(CancellationToken cancellationToken)
    {
        await _subscribers.FlushAsync(cancellationToken);
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(_store, cancellationToken);
        await TombstoneCollector.CollectAsync(
            _store, catalog, TestDevice.ScopeName, _clock.GetUtcNow() - Horizon, cancellationToken: cancellationToken);
        return await ScopeCompactor.RunAsync(_store, catalog, TestDevice.ScopeName, EntropySource.System, cancellationToken);
    }
}
