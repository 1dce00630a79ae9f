using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Verification;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Engine.Verification;

/// <summary>What a verification finds of what was altered behind the store's back, and how it heals it.</summary>
public sealed class VerifyTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task Two_replicas_that_hold_the_same_need_one_round_trip_and_are_sound()
    {
        TestHub hub = await TestHub.StartAsync(_time);
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
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice device = await FillAsync(hub, 10);
        await using var other = new TestDevice(new GuardedTransport(hub.Connect()), _time);
        await other.SyncAsync();

        ScopeVerification scope = await VerifyAsync(other);

        Assert.Equal(PeerComparison.Failed, scope.Comparison);
        Assert.False(scope.IsSound);
        Assert.True(scope.WasSound);
        Assert.Equal(SyncErrorCode.NotFound, scope.Error?.Code);
        Assert.Contains(nameof(GuardedTransport), scope.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_altered_here_is_fetched_again()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice device = await FillAsync(hub, 300);
        await Damage.AlterAsync(await device.OpenStoreAsync(), "key-137");

        ScopeVerification scope = await VerifyAsync(device);

        var expected = new VerifyFinding(
            "notes", "key-137", VerifyFault.ContentDiffers, VerifySide.Here, VerifyRemedy.FetchedAgain);
        Assert.Equal([expected], scope.Findings);
        Assert.True(scope is { WasSound: false, WasPeerSound: true, IsSound: true });
        Assert.Equal(137, (await device.Notes.GetAsync("key-137"))!.Value.Score);
        await RequireSameAsync(device, hub);
    }

    [Fact]
    public async Task A_record_altered_at_the_hub_is_written_anew_from_here()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice device = await FillAsync(hub, 300);
        await Damage.AlterAsync(hub.Store, "key-137");

        ScopeVerification scope = await VerifyAsync(device);

        var expected = new VerifyFinding(
            "notes", "key-137", VerifyFault.ContentDiffers, VerifySide.There, VerifyRemedy.WrittenAnew);
        Assert.Equal([expected], scope.Findings);
        Assert.True(scope is { WasSound: true, WasPeerSound: false, IsSound: true });
        await RequireSameAsync(device, hub);
        await using TestDevice other = Device(hub);
        await other.SyncAsync();
        Assert.Equal(137, (await other.Notes.GetAsync("key-137"))!.Value.Score);
    }

    [Fact]
    public async Task A_record_lost_here_is_fetched_again()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice device = await FillAsync(hub, 20);
        await Damage.LoseAsync(await device.OpenStoreAsync(), "key-7");

        ScopeVerification scope = await VerifyAsync(device);

        var expected = new VerifyFinding(
            "notes", "key-7", VerifyFault.MissingHere, VerifySide.Here, VerifyRemedy.FetchedAgain);
        Assert.Equal([expected], scope.Findings);
        Assert.True(scope.IsSound);
        Assert.Equal(7, (await device.Notes.GetAsync("key-7"))!.Value.Score);
        Assert.Equal(20, (await device.Scope.GetStatusAsync()).RecordCount);
        await RequireSameAsync(device, hub);
    }

    [Fact]
    public async Task A_record_lost_at_the_hub_is_written_anew_from_here()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice device = await FillAsync(hub, 20);
        await Damage.LoseAsync(hub.Store, "key-7");

        ScopeVerification scope = await VerifyAsync(device);

        var expected = new VerifyFinding(
            "notes", "key-7", VerifyFault.MissingThere, VerifySide.There, VerifyRemedy.WrittenAnew);
        Assert.Equal([expected], scope.Findings);
        Assert.True(scope.IsSound);
        await RequireSameAsync(device, hub);
    }

    [Fact]
    public async Task Faults_on_both_sides_are_told_apart()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice device = await FillAsync(hub, 200);
        IRecordStore store = await device.OpenStoreAsync();
        await Damage.AlterAsync(store, "key-11");
        await Damage.LoseAsync(store, "key-12");
        await Damage.AlterAsync(hub.Store, "key-150");

        ScopeVerification scope = await VerifyAsync(device);

        Assert.Equal(
            [("key-11", VerifySide.Here), ("key-12", VerifySide.Here), ("key-150", VerifySide.There)],
            scope.Findings.Select(finding => (finding.Key, finding.Side)).Order());
        Assert.True(scope.IsSound);
        Assert.Equal(11, (await device.Notes.GetAsync("key-11"))!.Value.Score);
        Assert.Equal(150, (await device.Notes.GetAsync("key-150"))!.Value.Score);
        await RequireSameAsync(device, hub);
    }

    [Fact]
    public async Task Where_nobody_can_tell_who_is_right_both_stay_for_a_person()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice device = await FillAsync(hub, 10, ConflictStrategy.AcademicRecord);
        await Damage.AlterAsync(hub.Store, "key-5");
        await Damage.AcceptAsync(hub.Store);

        ScopeVerification scope = await VerifyAsync(device);

        var expected = new VerifyFinding(
            "notes", "key-5", VerifyFault.ContentDiffers, VerifySide.Unknown, VerifyRemedy.KeptBoth);
        Assert.Equal([expected], scope.Findings);
        Assert.True(scope.IsSound);
        Conflict conflict = await device.Engine.Conflicts.ListAsync().SingleAsync();
        Assert.Equal([4, 5], conflict.Siblings.Select(sibling => sibling.ReadAs<Note>()!.Score).Order());
        await RequireSameAsync(device, hub);
    }

    [Fact]
    public async Task Where_no_siblings_are_kept_the_hubs_content_stands_and_the_other_waits_in_the_inbox()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice device = await FillAsync(hub, 10);
        await Damage.AlterAsync(hub.Store, "key-5");
        await Damage.AcceptAsync(hub.Store);

        ScopeVerification scope = await VerifyAsync(device);

        Assert.Equal(VerifyRemedy.KeptInInbox, scope.Findings.Single().Remedy);
        Assert.True(scope.IsSound);
        Assert.Equal(4, (await device.Notes.GetAsync("key-5"))!.Value.Score);
        Conflict kept = await device.Engine.Conflicts.ListAsync().SingleAsync();
        Assert.Equal(ConflictKind.Rejected, kept.Kind);
        Assert.Equal(SyncErrorCode.DigestMismatch, kept.Rejection!.Code);
        Assert.Equal(5, kept.Siblings[0].ReadAs<Note>()!.Score);
        await RequireSameAsync(device, hub);
    }

    [Fact]
    public async Task Without_repair_everything_is_reported_and_nothing_changed()
    {
        TestHub hub = await TestHub.StartAsync(_time);
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
        TestHub hub = await TestHub.StartAsync(_time);
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
        TestHub hub = await TestHub.StartAsync(_time);
        var transport = new SwitchableTransport(hub.Connect());
        await using var device = new TestDevice(transport, _time);
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
        TestHub hub = await TestHub.StartAsync(_time);
        var transport = new SwitchableTransport(hub.Connect());
        await using var device = new TestDevice(transport, _time);
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
        TestHub hub = await TestHub.StartAsync(_time);
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
        TestHub hub = await TestHub.StartAsync(_time);
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

    [Fact]
    public async Task Watchers_are_told_of_what_was_healed()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice device = await FillAsync(hub, 10);
        await Damage.AlterAsync(await device.OpenStoreAsync(), "key-5");
        await using var changes = device.Notes.WatchAsync().GetAsyncEnumerator();
        ValueTask<bool> next = changes.MoveNextAsync();

        await VerifyAsync(device);

        Assert.True(await next);
        Assert.Equal("key-5", changes.Current.Key);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Whatever_is_damaged_on_either_side_both_hold_the_same_afterwards_and_no_edit_is_lost(int seed)
    {
        var random = new Random(seed);
        TestHub hub = await TestHub.StartAsync(_time);
        ConflictStrategy strategy = seed % 2 == 0 ? ConflictStrategy.AcademicRecord : ConflictStrategy.LastWriteWins;
        await using TestDevice device = await FillAsync(hub, 120, strategy);
        IRecordStore store = await device.OpenStoreAsync();
        int[] damaged = [.. Enumerable.Range(0, 60).OrderBy(_ => random.Next()).Take(seed * 3)];
        foreach (int number in damaged)
        {
            IRecordStore victim = random.Next(2) == 0 ? store : hub.Store;
            await (random.Next(3) == 0
                ? Damage.LoseAsync(victim, $"key-{number}")
                : Damage.AlterAsync(victim, $"key-{number}"));
        }

        // Edits that the hub has not heard of, of sound records.
        await device.Notes.PutAsync("key-100", new Note { Score = 1000 });
        await device.Notes.PutAsync("new", new Note { Score = 1001 });

        ScopeVerification scope = await VerifyAsync(device);

        Assert.True(scope.IsSound);
        await RequireSameAsync(device, hub);
        Assert.Equal(1000, (await device.Notes.GetAsync("key-100"))!.Value.Score);
        Assert.Equal(1001, (await device.Notes.GetAsync("new"))!.Value.Score);
        Assert.All(
            scope.Findings.Where(finding => finding.Side != VerifySide.Unknown),
            finding => Assert.Equal(Expected(finding.Key), ScoreOf(device, finding.Key)));
    }

    private static int Expected(string key) => int.Parse(key["key-".Length..], System.Globalization.CultureInfo.InvariantCulture);

    private static int ScoreOf(TestDevice device, string key) =>
        device.Notes.GetAsync(key).AsTask().GetAwaiter().GetResult()!.Value.Score;

    private static async Task<ScopeVerification> VerifyAsync(TestDevice device) =>
        (await device.Engine.VerifyAsync()).Scopes.Single();

    private static async Task RequireSameAsync(TestDevice device, TestHub hub)
    {
        await device.SyncAsync();
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await device.DigestAsync());
        ScopeVerification again = await VerifyAsync(device);
        Assert.True(again is { WasSound: true, WasPeerSound: true, Comparison: PeerComparison.Same });
    }

    private TestDevice Device(TestHub hub, ConflictStrategy strategy = ConflictStrategy.LastWriteWins) =>
        new(hub.Connect(), _time, strategy);

    // Scores of an odd number, altered in their last bit, become the even one below.
    private async Task<TestDevice> FillAsync(
        TestHub hub, int count, ConflictStrategy strategy = ConflictStrategy.LastWriteWins)
    {
        TestDevice device = Device(hub, strategy);
        foreach (int[] chunk in Enumerable.Range(0, count).Chunk(1000))
        {
            await device.Engine.WriteAsync(batch =>
            {
                foreach (int number in chunk)
                {
                    batch.Put(device.Notes, $"key-{number}", new Note { Score = number });
                }
            });
        }

        await device.SyncAsync();
        return device;
    }
}
