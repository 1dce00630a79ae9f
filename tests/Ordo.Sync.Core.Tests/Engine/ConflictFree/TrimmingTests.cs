using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.ConflictFree;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Core.Tests.Engine.ConflictFree;

/// <summary>Texts and lists drop what every replica has seen deleted.</summary>
public sealed class TrimmingTests : IAsyncLifetime
{
    private const string Key = "1";
    private const int Sentences = 60;
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(90);

    private readonly FakeTimeProvider _clock = TestHub.NewClock();
    private readonly InMemoryRecordStore _store = new("hub");
    private readonly List<InMemoryRecordStore> _stores = [];
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
    public async Task A_text_and_a_list_shrink_everywhere_once_every_device_has_seen_what_was_deleted()
    {
        await using SheetDevice ann = Add();
        await using SheetDevice ben = Add();
        await ScribbleAsync(ann, ben);
        int before = await SizeAsync(_store);

        // Ben has not shown yet that he knows the deletions: nothing may go.
        await ann.SyncAsync();
        await CollectAsync();
        Assert.Equal(before, await SizeAsync(_store));

        await SheetDevice.ConvergeAsync(_hub, ann, ben);
        await CollectAsync();
        await RequireTrimmedAsync(_store, before);

        await ann.Sheets.PatchAsync("2", p => p.Counter(s => s.Present).Increment());
        await SheetDevice.ConvergeAsync(_hub, ann, ben);
        foreach (InMemoryRecordStore store in _stores)
        {
            await RequireTrimmedAsync(store, before);
        }

        await ann.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append("!"));
        await ben.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Insert(0, "?"));
        await SheetDevice.ConvergeAsync(_hub, ann, ben);
        Assert.Equal("?kept!", (await ann.ReadAsync())!.Notes);
        Assert.Equal(["last"], (await ben.ReadAsync())!.Items);
    }

    [Fact]
    public async Task Who_returns_from_beyond_the_horizon_sees_the_deletions_and_loses_nothing_typed()
    {
        await using SheetDevice ann = Add();
        await using SheetDevice ben = Add();
        await ann.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append("first second "));
        await SheetDevice.ConvergeAsync(_hub, ann, ben);
        await ben.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append("third"));
        await ann.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Delete(0, 6));
        await ann.SyncAsync();
        _clock.Advance(Horizon + TimeSpan.FromDays(1));
        await ann.Sheets.PatchAsync("2", p => p.Counter(s => s.Present).Increment());
        await ann.SyncAsync();
        await ann.SyncAsync();
        await CollectAsync();
        Assert.False((await _hub.StateAsync(TestDevice.ScopeName)).Forgotten.IsEmpty);

        await SheetDevice.ConvergeAsync(_hub, ben, ann);
        Assert.Equal("second third", (await ann.ReadAsync())!.Notes);
        Assert.Equal("second third", (await ben.ReadAsync())!.Notes);
    }

    [Fact]
    public async Task A_deleted_record_keeps_no_conflict_free_state_once_every_device_has_seen_the_delete()
    {
        await using SheetDevice ann = Add();
        await using SheetDevice ben = Add();
        await ScribbleAsync(ann, ben);
        await ann.Sheets.PatchAsync(Key, p =>
        {
            p.Counter(s => s.Present).Increment(3);
            p.Set(s => s.Tags).Add("late");
        });
        await SheetDevice.ConvergeAsync(_hub, ann, ben);
        await ann.Sheets.DeleteAsync(Key);
        await ann.SyncAsync();

        // Ben may still be typing beside what is deleted.
        await CollectAsync();
        Assert.NotEqual(0, await SizeAsync(_store));

        await SheetDevice.ConvergeAsync(_hub, ann, ben);
        await CollectAsync();
        Assert.Equal(0, await SizeAsync(_store));
        await ann.Sheets.PatchAsync("2", p => p.Counter(s => s.Present).Increment());
        await SheetDevice.ConvergeAsync(_hub, ann, ben);
        foreach (InMemoryRecordStore store in _stores)
        {
            Assert.Equal(0, await SizeAsync(store));
        }

        // Made anew, it begins with nothing, everywhere.
        await ben.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append("new"));
        await SheetDevice.ConvergeAsync(_hub, ben, ann);
        Sheet sheet = (await ann.ReadAsync())!;
        Assert.Equal("new", sheet.Notes);
        Assert.Equal(0, sheet.Present);
        Assert.Empty(sheet.Tags);
    }

    // Typed by one, deleted by the other, until hardly anything is left.
    private async Task ScribbleAsync(SheetDevice ann, SheetDevice ben)
    {
        await ann.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append("kept"));
        for (int i = 0; i < Sentences; i++)
        {
            await ann.Sheets.PatchAsync(Key, p =>
            {
                p.Text(s => s.Notes).Insert(i * 13 % ((10 * i) + 1), $"sentence {i} ");
                p.List(s => s.Items).Insert(0, i == 0 ? "last" : $"item {i}");
            });
        }

        await SheetDevice.ConvergeAsync(_hub, ann, ben);
        string text = (await ben.ReadAsync())!.Notes;
        await ben.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Replace(0, text.Length, "kept"));
        for (int i = 1; i < Sentences; i++)
        {
            await ben.Sheets.PatchAsync(Key, p => p.List(s => s.Items).RemoveAt(0));
        }

        await ben.SyncAsync();
    }

    private SheetDevice Add()
    {
        var store = new InMemoryRecordStore($"device-{_stores.Count}");
        _stores.Add(store);
        return new SheetDevice(_hub.Connect(), _clock, configure: sync => sync.UseStructuredStore(_ => store));
    }

    private async Task CollectAsync()
    {
        await _subscribers.FlushAsync();
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(_store);
        await TombstoneCollector.CollectAsync(_store, catalog, TestDevice.ScopeName, _clock.GetUtcNow() - Horizon);
    }

    // No removal is remembered, and what is left of the structure is what the live elements hang on.
    private static async Task RequireTrimmedAsync(InMemoryRecordStore store, int sizeBefore)
    {
        ReadOnlyMemory<byte> state = await StateAsync(store);
        Assert.InRange(state.Length, 1, sizeBefore / 2);
        Assert.True(StoredDocument.Decode(state).SurveyRemovals(new Everything()).IsEmpty);
    }

    private static async Task<int> SizeAsync(InMemoryRecordStore store) => (await StateAsync(store)).Length;

    private static async Task<ReadOnlyMemory<byte>> StateAsync(InMemoryRecordStore store)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        return (await snapshot.GetAsync(TestDevice.ScopeName, new RecordKey("sheets", Key)))!.ConflictFree;
    }

    private sealed class Everything : ICausalView
    {
        public long KnownUpTo(ReplicaId replica) => Dot.CounterMax;
    }
}
