using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Verification;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Engine.Verification;

/// <summary>How a verification heals what was altered behind the store's back.</summary>
public sealed class HealingTests : VerifiedDevice
{
    [Fact]
    public async Task A_record_altered_here_is_fetched_again()
    {
        TestHub hub = await TestHub.StartAsync(Time);
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
        TestHub hub = await TestHub.StartAsync(Time);
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
        TestHub hub = await TestHub.StartAsync(Time);
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
        TestHub hub = await TestHub.StartAsync(Time);
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
        TestHub hub = await TestHub.StartAsync(Time);
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
        TestHub hub = await TestHub.StartAsync(Time);
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
        TestHub hub = await TestHub.StartAsync(Time);
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
    public async Task Watchers_are_told_of_what_was_healed()
    {
        TestHub hub = await TestHub.StartAsync(Time);
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
        TestHub hub = await TestHub.StartAsync(Time);
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

    private static async Task RequireSameAsync(TestDevice device, TestHub hub)
    {
        await device.SyncAsync();
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await device.DigestAsync());
        ScopeVerification again = await VerifyAsync(device);
        Assert.True(again is { WasSound: true, WasPeerSound: true, Comparison: PeerComparison.Same });
    }
}
