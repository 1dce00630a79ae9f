using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A device whose clock runs an hour ahead of its hub's: once it was refused, it syncs as if it had always been right.</summary>
public sealed class ClockTests
{
    private const string OtherScope = "course/BBB-2013J";

    private readonly FakeTimeProvider _time = TestHub.NewClock();
    private readonly FakeTimeProvider _fast;

    public ClockTests() => _fast = new FakeTimeProvider(_time.GetUtcNow().AddHours(1));

    [Fact]
    public async Task What_waits_in_one_scope_does_not_take_the_clock_of_another_along()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice device = WithTwoScopes(hub.Connect());
        await PutAsync(device, TestDevice.ScopeName, "1");
        await PutAsync(device, OtherScope, "1");
        SyncReport refused = await SyncOneAsync(device, TestDevice.ScopeName);

        // Its stamp is later than what it overwrites, which runs ahead until its own scope is synced.
        await PutAsync(device, OtherScope, "1");
        await PutAsync(device, TestDevice.ScopeName, "2");
        SyncReport taken = await SyncOneAsync(device, TestDevice.ScopeName);
        SyncReport other = await SyncOneAsync(device, OtherScope);

        Assert.Equal((1, 0, 1), (refused.RestampedCount, taken.RestampedCount, other.RestampedCount));
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await device.DigestAsync());
        Assert.Equal((await hub.StateAsync(OtherScope)).Digest, (await device.Engine.Scope(OtherScope).GetStatusAsync()).Digest);
    }

    [Fact]
    public async Task What_others_have_waits_for_its_time_and_nothing_else_waits_with_it()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice device = WithTwoScopes(hub.Connect());
        await using var peer = new TestDevice(await device.Engine.Peers.ConnectAsync(), _time);
        await PutAsync(device, TestDevice.ScopeName, "1");
        await peer.SyncAsync();
        await PutAsync(device, TestDevice.ScopeName, "1");

        SyncReport waits = await SyncOneAsync(device, TestDevice.ScopeName);
        await PutAsync(device, OtherScope, "2");
        SyncReport other = await SyncOneAsync(device, OtherScope);

        Assert.Equal(SyncErrorCode.ClockSkew, waits.Error?.Code);
        Assert.Equal((SyncStatus.Completed, 0), (other.Status, other.RestampedCount));
        Assert.Equal((await hub.StateAsync(OtherScope)).Digest, (await device.Engine.Scope(OtherScope).GetStatusAsync()).Digest);

        _time.Advance(TimeSpan.FromHours(1));
        await device.SyncAsync();
        await peer.SyncAsync();
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await device.DigestAsync());
        Assert.Equal(await device.DigestAsync(), await peer.DigestAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task An_app_that_starts_again_stamps_by_the_clock_of_the_hub(int hours)
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var wrong = new FakeTimeProvider(_time.GetUtcNow().AddHours(hours));
        var store = new InMemoryRecordStore();
        await using (TestDevice before = Over(store, hub.Connect(), wrong))
        {
            await before.Notes.PutAsync("1", new Note());
            await before.SyncAsync();
        }

        await using TestDevice after = Over(store.Clone(), hub.Connect(), wrong);
        await after.Notes.PutAsync("2", new Note());
        await using IStoreSnapshot snapshot = await (await after.OpenStoreAsync()).ReadAsync();
        DateTimeOffset stamp = (await snapshot.GetAsync(TestDevice.ScopeName, new("notes", "2")))!.Greatest.Timestamp.Time;
        SyncReport report = await after.SyncAsync();

        Assert.Equal(0, report.RestampedCount);
        Assert.InRange(stamp, _time.GetUtcNow() - TimeSpan.FromSeconds(1), _time.GetUtcNow() + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task An_offset_that_is_damaged_is_reported_as_such()
    {
        var store = new InMemoryRecordStore();
        await store.OpenAsync(TestContext.Current.CancellationToken);
        await using (IStoreTransaction transaction = await store.BeginAsync(TestContext.Current.CancellationToken))
        {
            byte[] longest = [0x7F, .. Enumerable.Repeat((byte)0xFF, sizeof(long) - 1)];
            await transaction.SetLocalAsync("clock", "offset", longest, TestContext.Current.CancellationToken);
            await transaction.CommitAsync(Durability.Full, TestContext.Current.CancellationToken);
        }

        await using TestDevice device = Over(store.Clone(), transport: null, _time);

        SyncException damaged = await Assert.ThrowsAsync<SyncException>(async () => await device.Engine.OpenAsync());
        Assert.Equal(SyncErrorCode.StoreCorrupt, damaged.Code);
    }

    [Fact]
    public async Task A_disk_that_fails_while_stamping_anew_leaves_all_as_it_was_and_the_next_sync_goes_on()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var store = new GatedStore();
        var wire = new RefusedTransport(hub.Connect());
        await using var device = new TestDevice(wire, _fast, configure: sync => sync.UseStructuredStore(_ => store));
        await device.Notes.PutAsync("1", new Note { Text = "from the future" });
        wire.Refused = () => store.HoldNext().SetException(new SyncException(SyncErrorCode.StoreFull, "The disk is full."));

        SyncException full = await Assert.ThrowsAsync<SyncException>(device.SyncAsync);
        HybridTimestamp offered = await ReadSpreadAsync(store);
        wire.Refused = null;
        SyncReport next = await device.SyncAsync();

        // Not told to be refused and not stamped anew: the push counts as one without an answer.
        Assert.Equal(SyncErrorCode.StoreFull, full.Code);
        Assert.Equal(_fast.GetUtcNow(), offered.Time);
        Assert.Equal(1, next.RestampedCount);
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await device.DigestAsync());
        Assert.Equal(0, (await device.Engine.GetJournalStatusAsync()).PendingCount);
    }

    [Fact]
    public async Task What_an_earlier_incarnation_wrote_is_stamped_anew_as_well()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice device = WithTwoScopes(hub.Connect());
        await PutAsync(device, TestDevice.ScopeName, "1");
        await PutAsync(device, OtherScope, "1");
        ReplicaId before = device.Engine.Replica;
        await device.Engine.UnsubscribeAsync(OtherScope, UnsyncedWrites.MoveToInbox);
        await device.Engine.SubscribeAsync(OtherScope);

        SyncReport report = await device.SyncAsync();

        Assert.NotEqual(before, device.Engine.Replica);
        Assert.Equal(1, report.RestampedCount);
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await device.DigestAsync());
        Assert.Equal(0, (await device.Engine.GetJournalStatusAsync()).PendingCount);
    }

    private static async Task PutAsync(TestDevice device, string scope, string key) =>
        await device.Engine.Scope(scope).Collection<Note>("notes").PutAsync(key, new Note());

    private static async Task<SyncReport> SyncOneAsync(TestDevice device, string scope) =>
        await ((SyncEngine)device.Engine).SyncAsync([scope], progress: null, TestContext.Current.CancellationToken);

    private static async Task<HybridTimestamp> ReadSpreadAsync(GatedStore store)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(TestContext.Current.CancellationToken);
        return (await SpreadMark.ReadAsync(snapshot, TestDevice.ScopeName, TestContext.Current.CancellationToken)).Latest;
    }

    private static TestDevice Over(InMemoryRecordStore store, ISyncTransport? transport, TimeProvider time) =>
        new(transport, time, configure: sync => sync.UseStructuredStore(_ => store));

    private TestDevice WithTwoScopes(ISyncTransport transport) =>
        new(transport, _fast, configure: sync => sync.Subscribe(OtherScope));

    private sealed class RefusedTransport(ISyncTransport inner) : PassingTransport(inner)
    {
        public Action? Refused { get; set; }

        public override async ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken = default)
        {
            PushResponse answer = await base.PushAsync(request, cancellationToken);
            if (answer.Status == PushStatus.ClockSkew)
            {
                Refused?.Invoke();
            }

            return answer;
        }
    }
}
