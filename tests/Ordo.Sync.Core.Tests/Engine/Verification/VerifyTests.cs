using Ordo.Sync.Engine.Verification;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Engine.Verification;

/// <summary>What a verification finds of what was altered behind the store's back.</summary>
public sealed class VerifyTests : VerifiedDevice
{
    [Fact]
    public async Task Two_replicas_that_hold_the_same_need_one_round_trip_and_are_sound()
    {
        TestHub hub = await TestHub.StartAsync(Time);
        await using TestDevice device = await FillAsync(hub, 50);

        ScopeVerification scope = await VerifyAsync(device);

        Assert.True(scope is { WasSound: true, WasPeerSound: true, IsSound: true, Comparison: PeerComparison.Same });
        Assert.Empty(scope.Findings);
        Assert.Equal(1, scope.RoundTripCount);
        Assert.Equal(50, scope.RecordCount);
    }

    [Fact]
    public async Task A_transport_that_cannot_compare_records_proves_nothing()
    {
        TestHub hub = await TestHub.StartAsync(Time);
        await using TestDevice device = await FillAsync(hub, 10);
        await using var other = new TestDevice(new GuardedTransport(hub.Connect()), Time);
        await other.SyncAsync();

        ScopeVerification scope = await VerifyAsync(other);

        Assert.Equal(PeerComparison.Failed, scope.Comparison);
        Assert.False(scope.IsSound);
        Assert.True(scope.WasSound);
        Assert.Equal(SyncErrorCode.NotFound, scope.Error?.Code);
        Assert.Contains(nameof(GuardedTransport), scope.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_repair_everything_is_reported_and_nothing_changed()
    {
        TestHub hub = await TestHub.StartAsync(Time);
        await using TestDevice device = await FillAsync(hub, 10);
        IRecordStore store = await device.OpenStoreAsync();
        await Damage.AlterAsync(store, "key-5");

        VerifyReport report = await device.Engine.VerifyAsync(new VerifyOptions { Repairs = false });

        Assert.False(report.IsSound);
        Assert.Equal(VerifyRemedy.None, report.Scopes.Single().Findings.Single().Remedy);
        Assert.Equal(4, (await device.Notes.GetAsync("key-5"))!.Value.Score);
    }

    [Fact]
    public async Task Without_the_hub_a_device_still_knows_that_it_was_altered()
    {
        TestHub hub = await TestHub.StartAsync(Time);
        await using TestDevice device = await FillAsync(hub, 10);
        var alone = new VerifyOptions { WithHub = false };
        Assert.True((await device.Engine.VerifyAsync(alone)).IsSound);
        await Damage.AlterAsync(await device.OpenStoreAsync(), "key-5");

        VerifyReport report = await device.Engine.VerifyAsync(alone);

        Assert.True(report is { IsSound: false, WasSound: false, RoundTripCount: 0 });
        Assert.Equal(PeerComparison.None, report.Scopes.Single().Comparison);
    }

    [Fact]
    public async Task An_unreachable_hub_is_a_result_and_the_device_is_verified_alone()
    {
        TestHub hub = await TestHub.StartAsync(Time);
        var transport = new SwitchableTransport(hub.Connect());
        await using var device = new TestDevice(transport, Time);
        await device.Notes.PutAsync("a", new Note { Score = 1 });
        await device.SyncAsync();
        transport.IsOffline = true;

        ScopeVerification scope = (await device.Engine.VerifyAsync()).Scopes.Single();

        Assert.True(scope is { Comparison: PeerComparison.Failed, WasSound: true, IsSound: false });
        Assert.Equal(SyncErrorCode.Unreachable, scope.Error!.Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(-1)]
    public async Task A_peer_whose_answers_cover_nothing_or_too_much_is_reported_and_nothing_is_changed(int covered)
    {
        TestHub hub = await TestHub.StartAsync(Time);
        var transport = new SwitchableTransport(hub.Connect());
        await using var device = new TestDevice(transport, Time);
        await device.Notes.PutAsync("key-5", new Note { Score = 5 });
        await device.SyncAsync();
        await Damage.AlterAsync(await device.OpenStoreAsync(), "key-5");
        transport.Spoil = answer => answer with { CoveredCount = covered };

        ScopeVerification scope = (await device.Engine.VerifyAsync()).Scopes.Single();

        Assert.Equal(SyncErrorCode.Malformed, scope.Error?.Code);
        Assert.Equal(4, (await device.Notes.GetAsync("key-5"))!.Value.Score);
    }

    [Fact]
    public async Task A_differing_record_among_many_is_found_in_four_round_trips_and_few_bytes()
    {
        TestHub hub = await TestHub.StartAsync(Time);
        await using TestDevice device = await FillAsync(hub, 20_000);
        await Damage.AlterAsync(hub.Store, "key-12345");

        VerifyReport report = await device.Engine.VerifyAsync(new VerifyOptions { Repairs = false });

        Assert.Equal("key-12345", report.Scopes.Single().Findings.Single().Key);
        Assert.InRange(report.RoundTripCount, 3, 4);
        Assert.InRange(report.Bytes.Sent + report.Bytes.Received, 1, 24_000);
    }

    [Fact]
    public async Task A_write_that_the_hub_has_not_heard_of_is_no_fault()
    {
        TestHub hub = await TestHub.StartAsync(Time);
        await using TestDevice device = await FillAsync(hub, 10);
        await using TestDevice other = Device(hub);
        await other.SyncAsync();
        await other.Notes.PutAsync("key-3", new Note { Score = 99 });
        await device.Notes.DeleteAsync("key-4");
        await other.SyncAsync();

        ScopeVerification scope = await VerifyAsync(device);

        Assert.Empty(scope.Findings);
        Assert.True(scope.IsSound);
        Assert.Equal(99, (await device.Notes.GetAsync("key-3"))!.Value.Score);
    }
}
