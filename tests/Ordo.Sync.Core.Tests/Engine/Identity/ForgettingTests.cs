using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>Deletes are forgotten when everybody knows them, and never undone.</summary>
public sealed class ForgettingTests : IAsyncLifetime
{
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(90);

    private readonly FakeTimeProvider _clock = TestHub.NewClock();
    private readonly List<TestDevice> _devices = [];
    private readonly InMemoryRecordStore _store = new("hub");
    private SubscriberLedger _subscribers = null!;
    private TestHub _hub = null!;

    public async ValueTask InitializeAsync()
    {
        await _store.OpenAsync();
        _subscribers = new SubscriberLedger(_store, _clock);
        _hub = await TestHub.StartAsync(_store, _clock, new ResponderOptions { Subscribers = _subscribers });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TestDevice device in _devices)
        {
            await device.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_delete_is_forgotten_when_every_device_knows_it_and_devices_follow()
    {
        (TestDevice ann, TestDevice ben) = (Add(), Add());
        await ann.Notes.PutAsync("kept", new Note());
        await ann.Notes.PutAsync("gone", new Note());
        await SyncAsync(ann, ben);
        await ben.Notes.DeleteAsync("gone");
        await ben.SyncAsync();

        Assert.Equal(0, await CollectAsync());
        await SyncAsync(ann, ben, ann);
        Assert.Equal(1, await CollectAsync());
        Assert.Equal(0, await CollectAsync());

        Assert.Equal(1, await CountAsync(_store));
        Assert.False((await StateAsync()).Forgotten.IsEmpty);
        await ann.Notes.PutAsync("another", new Note());
        await SyncAsync(ann, ben, ann);
        Assert.Equal(await ann.DigestAsync(), await ben.DigestAsync());
        Assert.Equal((await StateAsync()).Digest, await ann.DigestAsync());
        Assert.Equal(2, await CountAsync(await ann.OpenStoreAsync()));
        Assert.Equal(2, await CountAsync(await ben.OpenStoreAsync()));
    }

    [Fact]
    public async Task A_device_from_beyond_the_horizon_keeps_its_unsynced_writes_and_no_deleted_record_returns()
    {
        (TestDevice ann, TestDevice ben) = (Add(), Add());
        await ann.Notes.PutAsync("deleted", new Note { Text = "old" });
        await ann.Notes.PutAsync("deleted, edited", new Note { Text = "old" });
        await ann.Notes.PutAsync("kept", new Note { Text = "old" });
        await SyncAsync(ann, ben);
        WriteReceipt edited = await ben.Notes.PutAsync("deleted, edited", new Note { Text = "offline" });
        WriteReceipt written = await ben.Notes.PutAsync("new", new Note { Text = "offline" });
        await ann.Notes.DeleteAsync("deleted");
        await ann.Notes.DeleteAsync("deleted, edited");
        await ann.SyncAsync();
        _clock.Advance(Horizon / 2);
        await ann.SyncAsync();
        Assert.Equal(0, await CollectAsync());
        _clock.Advance(Horizon / 2 + TimeSpan.FromDays(1));
        await ann.SyncAsync();
        Assert.Equal(2, await CollectAsync());

        await SyncAsync(ben, ann, ben);

        foreach (TestDevice device in (TestDevice[])[ann, ben])
        {
            Assert.Equal(["deleted, edited", "kept", "new"], await KeysAsync(device));
            Assert.Equal("offline", (await device.Notes.GetAsync("deleted, edited"))!.Value!.Text);
        }

        // Under names that stand outside everything that was forgotten meanwhile.
        IRecordStore held = await ben.OpenStoreAsync();
        foreach (string key in (string[])["deleted, edited", "new"])
        {
            StoredRecord? record = await held.GetAsync(TestDevice.ScopeName, new RecordKey("notes", key));
            Assert.True(record!.Greatest.Dot.Counter > Math.Max(edited.Version.Counter, written.Version.Counter), key);
        }

        Assert.Equal((await StateAsync()).Digest, await ben.DigestAsync());
        Assert.Equal(await ann.DigestAsync(), await ben.DigestAsync());
    }

    [Fact]
    public async Task Of_two_versions_only_the_deleted_one_goes_from_a_device_that_comes_from_beyond_the_horizon()
    {
        var wire = new GuardedTransport(_hub.Connect()) { PushRefusal = SyncErrorCode.Forbidden };
        TestDevice ann = Add(ConflictStrategy.AcademicRecord);
        TestDevice ben = Add(ConflictStrategy.AcademicRecord, wire);
        await ann.Notes.PutAsync("a", new Note { Text = "ann's" });
        await ann.SyncAsync();
        await ben.Notes.PutAsync("a", new Note { Text = "ben's" });
        await ben.Engine.SyncAsync();
        Assert.Equal(2, (await FirstAsync(ben)).Siblings.Length);
        await ann.Notes.DeleteAsync("a");
        await ann.SyncAsync();
        _clock.Advance(Horizon + TimeSpan.FromDays(1));
        await ann.SyncAsync();
        Assert.Equal(1, await CollectAsync());

        wire.PushRefusal = null;
        await SyncAsync(ben, ann, ben);

        foreach (TestDevice device in (TestDevice[])[ann, ben])
        {
            Assert.Equal("ben's", (await device.Notes.GetAsync("a"))?.Value.Text);
            Assert.Empty(await device.Engine.Conflicts.ListAsync().ToListAsync());
            Assert.Equal((await StateAsync()).Digest, await device.DigestAsync());
        }
    }

    [Fact]
    public async Task A_tombstone_beside_an_edit_is_kept_and_forgotten_when_it_is_alone()
    {
        (TestDevice ann, TestDevice ben) =
            (Add(ConflictStrategy.AcademicRecord), Add(ConflictStrategy.AcademicRecord));
        await ann.Notes.PutAsync("a", new Note());
        await SyncAsync(ann, ben);
        await ann.Notes.DeleteAsync("a");
        await ben.Notes.PutAsync("a", new Note { Text = "edited" });
        await SyncAsync(ann, ben, ann);

        Assert.Equal(0, await CollectAsync());
        Assert.NotNull(await ann.Notes.GetAsync("a"));
        await ben.Engine.Conflicts.ResolveAsync(
            await FirstAsync(ben), Resolution.Delete(), "It is gone.");
        await SyncAsync(ben, ann, ben, ann);
        Assert.Equal(1, await CollectAsync());
        await SyncAsync(ben, ann);
        Assert.Null(await ann.Notes.GetAsync("a"));
    }

    [Fact]
    public async Task Collecting_looks_at_what_changed_and_not_at_what_is_there()
    {
        TestDevice ann = Add();
        for (int i = 0; i < 2_500; i++)
        {
            await ann.Notes.PutAsync($"n{i}", new Note());
        }

        await ann.SyncAsync();
        await CollectAsync();
        await ann.Notes.DeleteAsync("n7");
        await SyncAsync(ann, ann);
        int read = 0;
        Assert.Equal(1, await CollectAsync(new SpiedStore(_store, count => read += count)));
        Assert.InRange(read, 1, 3);
    }

    private TestDevice Add(ConflictStrategy strategy = ConflictStrategy.LastWriteWins, ISyncTransport? wire = null)
    {
        var store = new InMemoryRecordStore($"device-{_devices.Count}");
        var device = new TestDevice(wire ?? _hub.Connect(), _clock, strategy, sync => sync.UseStructuredStore(_ => store));
        _devices.Add(device);
        return device;
    }

    private static async Task SyncAsync(params TestDevice[] devices)
    {
        foreach (TestDevice device in devices)
        {
            await device.SyncAsync();
        }
    }

    private async Task<int> CollectAsync(IRecordStore? store = null)
    {
        await _subscribers.FlushAsync();
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(_store);
        return await TombstoneCollector.CollectAsync(
            store ?? _store, catalog, TestDevice.ScopeName, _clock.GetUtcNow() - Horizon);
    }

    private static async Task<List<string>> KeysAsync(TestDevice device)
    {
        var keys = new List<string>();
        await foreach (Record<Note> note in device.Notes.QueryAsync())
        {
            keys.Add(note.Key);
        }

        return keys;
    }

    private static async Task<Conflict> FirstAsync(TestDevice device)
    {
        await foreach (Conflict conflict in device.Engine.Conflicts.ListAsync())
        {
            return conflict;
        }

        throw new InvalidOperationException("There is no conflict.");
    }

    private static async Task<int> CountAsync(IRecordStore store)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        RangeSlice slice = await snapshot.ReadRangeAsync(
            TestDevice.ScopeName, KeyRange.All, new ReadBudget(ProtocolLimits.PageBytesDefault));
        return slice.Records.Count;
    }

    private Task<ScopeState> StateAsync() => _hub.StateAsync(TestDevice.ScopeName);
}
