using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Engine.History;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Core.Tests.Engine.Strategies;

/// <summary>Old history is collected at the hub when an administrator says so; what stays can still be checked.</summary>
public sealed class HistoryRetentionTests : IAsyncLifetime
{
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(90);

    private readonly FakeTimeProvider _time = TestHub.NewClock();
    private readonly InMemoryRecordStore _store = new("hub");
    private readonly List<TestDevice> _devices = [];
    private SubscriberLedger _subscribers = null!;
    private TestHub _hub = null!;

    public async ValueTask InitializeAsync()
    {
        await _store.OpenAsync();
        _subscribers = new SubscriberLedger(_store, _time);
        _hub = await TestHub.StartAsync(_store, _time, new ResponderOptions { Subscribers = _subscribers });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TestDevice device in _devices)
        {
            await device.DisposeAsync();
        }
    }

    [Fact]
    public async Task Old_entries_go_everywhere_and_the_rest_is_whole_from_the_checkpoint_on()
    {
        (TestDevice ann, TestDevice ben) = (Add("ann"), Add("ben"));
        await EditAsync(ann, "1", "a", "b", "c");
        await EditAsync(ann, "2", "only");
        DateTimeOffset before = _time.GetUtcNow() + TimeSpan.FromSeconds(30);
        await EditAsync(ann, "1", "d", "e");
        await SyncAsync(ann, ben, ben, ann);

        HistoryCollection done = await CollectAsync(before);
        await SyncAsync(ann, ben);

        // a, b and c were superseded; c by d, which is young, but c itself was written before.
        Assert.Equal((1, 3), (done.RecordCount, done.EntryCount));
        foreach (TestDevice device in _devices)
        {
            RecordHistory<Note> history = await device.Notes.GetHistoryAsync("1");
            Assert.Empty(history.Problems);
            Assert.Equal(["d", "e"], history.Versions.Select(version => version.Value!.Text));
            Assert.Equal((3, before), (history.CollectedCount, history.CollectedBefore));
            HistoryReport report = await device.Scope.VerifyHistoryAsync();
            Assert.Empty(report.Problems);
            Assert.Equal((2, 1, 3, before), (report.RecordCount, report.EntryCount, report.CollectedCount, report.CollectedBefore));
            Assert.Equal((await _hub.StateAsync(TestDevice.ScopeName)).Digest, await device.DigestAsync());
        }

        Assert.Equal(0, (await CollectAsync(before)).EntryCount);
    }

    [Fact]
    public async Task It_is_collected_a_second_time_from_where_the_first_ended()
    {
        TestDevice ann = Add("ann");
        await EditAsync(ann, "1", "a", "b", "c");
        await SyncAsync(ann, ann);
        Assert.Equal(2, (await CollectAsync(_time.GetUtcNow() + TimeSpan.FromSeconds(30))).EntryCount);
        await EditAsync(ann, "1", "d", "e", "f");
        DateTimeOffset before = _time.GetUtcNow() + TimeSpan.FromSeconds(30);
        await EditAsync(ann, "1", "g");
        await SyncAsync(ann, ann, ann);

        Assert.Equal(4, (await CollectAsync(before)).EntryCount);
        await SyncAsync(ann, ann);

        RecordHistory<Note> history = await ann.Notes.GetHistoryAsync("1");
        Assert.Equal(["g"], history.Versions.Select(version => version.Value!.Text));
        Assert.Equal((6, before), (history.CollectedCount, history.CollectedBefore));
        Assert.Empty(history.Problems);
    }

    [Fact]
    public async Task What_a_device_has_not_seen_and_what_waits_for_a_decision_stays()
    {
        (TestDevice ann, TestDevice ben) = (Add("ann"), Add("ben"));
        await SyncAsync(ann, ben);
        await EditAsync(ann, "unseen", "a", "b");
        await ann.SyncAsync();
        Assert.Equal(0, (await CollectAsync(_time.GetUtcNow() + TimeSpan.FromSeconds(30))).EntryCount);

        await SyncAsync(ben, ben);
        await EditAsync(ann, "disputed", "base");
        await SyncAsync(ann, ben);
        await EditAsync(ann, "disputed", "hers");
        await EditAsync(ben, "disputed", "his");
        await SyncAsync(ann, ben, ann, ben);
        Assert.Equal((1, 1), await CountAsync(_time.GetUtcNow() + TimeSpan.FromSeconds(30)));
        Conflict conflict = Assert.Single(await ann.Engine.Conflicts.ListAsync().ToListAsync());
        Assert.Equal("base", conflict.Base?.ReadAs<Note>()?.Text);

        await ann.Engine.Conflicts.ResolveAsync(conflict, Resolution.Keep(conflict.Siblings[0]), "Because.");
        await SyncAsync(ann, ben, ann, ben);
        Assert.Equal((1, 3), await CountAsync(_time.GetUtcNow() + TimeSpan.FromSeconds(30)));
        await SyncAsync(ann, ben);
        Assert.Empty((await ben.Scope.VerifyHistoryAsync()).Problems);
    }

    [Fact]
    public async Task A_device_that_edited_what_was_collected_meanwhile_raises_no_false_alarm()
    {
        (TestDevice ann, TestDevice away) = (Add("ann"), Add("away"));
        await EditAsync(ann, "1", "a", "b");
        await SyncAsync(ann, away);
        await EditAsync(away, "1", "offline", "offline again");
        _time.Advance(Horizon + TimeSpan.FromDays(1));
        await EditAsync(ann, "1", "c", "d");
        await SyncAsync(ann, ann);
        Assert.Equal((1, 3), await CountAsync(_time.GetUtcNow() + TimeSpan.FromSeconds(30)));

        await SyncAsync(ann, away, ann, away, ann);

        foreach (TestDevice device in _devices)
        {
            Assert.Empty((await device.Scope.VerifyHistoryAsync()).Problems);
            Assert.Equal((await _hub.StateAsync(TestDevice.ScopeName)).Digest, await device.DigestAsync());
        }

        RecordHistory<Note> history = await ann.Notes.GetHistoryAsync("1");
        Assert.Contains("offline again", history.Versions.Select(version => version.Value!.Text));
        Assert.Contains("offline", history.Versions.Select(version => version.Value!.Text));
    }

    [Fact]
    public async Task What_is_removed_or_altered_after_a_collection_is_found_as_before()
    {
        TestDevice ann = Add("ann");
        await EditAsync(ann, "1", "a", "b", "c", "d");
        await SyncAsync(ann, ann);
        DateTimeOffset before = _time.GetUtcNow() - TimeSpan.FromMinutes(1.5);
        Assert.Equal(2, (await CollectAsync(before)).EntryCount);
        await SyncAsync(ann, ann);
        Assert.Empty((await ann.Notes.GetHistoryAsync("1")).Problems);

        await RemoveEntryAsync(await ann.OpenStoreAsync());

        string problem = Assert.Single((await ann.Notes.GetHistoryAsync("1")).Problems);
        Assert.Contains("missing or altered", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_cannot_write_a_checkpoint()
    {
        TestDevice ann = Add("ann");
        await EditAsync(ann, "1", "a", "b");
        await SyncAsync(ann, ann);
        var forged = HistoryCheckpoint.None(new RecordKey("notes", "1")).With([default], _time.GetUtcNow());
        IRecordStore store = await ann.OpenStoreAsync();
        await using (IStoreTransaction transaction = await store.BeginAsync())
        {
            CollectionCatalog catalog = await CollectionCatalog.LoadAsync(store);
            ScopeDraft draft = await ScopeDraft.BeginAsync(transaction, TestDevice.ScopeName, catalog, sink: null);
            var dot = transaction.NextDots();
            draft.Issue(dot);
            await draft.ReplaceAsync(before: null, new StoredRecord(
                HistoryKeys.CheckpointOf(forged.Key),
                [new RecordVersion(dot, transaction.Clock, string.Empty, HistoryCheckpointCodec.Encode(forged))]));
            await draft.SaveAsync();
            await transaction.CommitAsync(Durability.Full);
        }

        Assert.Equal(1, (await ann.Engine.SyncAsync()).RejectedCount);
        Assert.Null((await ann.Notes.GetHistoryAsync("1")).CollectedBefore);
        Assert.Equal(
            SyncErrorCode.HistoryImmutable,
            Assert.Single(await ann.Engine.Conflicts.ListAsync().ToListAsync()).Rejection?.Code);
    }

    private TestDevice Add(string name)
    {
        var store = new InMemoryRecordStore(name);
        var device = new TestDevice(_hub.Connect(name), _time, ConflictStrategy.AcademicRecord, sync =>
        {
            sync.UseStructuredStore(_ => store);
            sync.Configure(options => options.Author = name);
        });
        _devices.Add(device);
        return device;
    }

    // A minute between two edits.
    private async Task EditAsync(TestDevice device, string key, params string[] texts)
    {
        foreach (string text in texts)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await device.Notes.PutAsync(key, new Note { Text = text });
        }
    }

    private static async Task SyncAsync(params TestDevice[] devices)
    {
        foreach (TestDevice device in devices)
        {
            await device.SyncAsync();
        }
    }

    private async Task<HistoryCollection> CollectAsync(DateTimeOffset writtenBefore)
    {
        await _subscribers.FlushAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        DateTimeOffset now = _time.GetUtcNow();
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(_store);
        return await HistoryCollector.CollectAsync(
            _store, catalog, TestDevice.ScopeName, writtenBefore, now - Horizon, now);
    }

    private async Task<(long Records, long Entries)> CountAsync(DateTimeOffset writtenBefore)
    {
        HistoryCollection done = await CollectAsync(writtenBefore);
        return (done.RecordCount, done.EntryCount);
    }

    private static async Task RemoveEntryAsync(IRecordStore store)
    {
        await using IStoreTransaction transaction = await store.BeginAsync();
        RangeSlice slice = await transaction.ReadRangeAsync(
            TestDevice.ScopeName, HistoryKeys.All, new ReadBudget(ProtocolLimits.PageBytesDefault));
        StoredRecord entry = slice.Records.Single(
            record => !record.Greatest.IsTombstone && !HistoryKeys.IsCheckpoint(record.Key));
        await transaction.RemoveAsync(TestDevice.ScopeName, entry.Key);
        await transaction.CommitAsync(Durability.Full);
    }
}
