using Ordo.Sync.Model.Tests.Rules;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.State;
using Ordo.Sync.Model.Tests.Truth;
using Ordo.Sync.Model.Tests.World;

namespace Ordo.Sync.Model.Tests;

/// <summary>Runs that break the rules as they were first written down: why the amendments are there.</summary>
public sealed class AmendedRulesTests
{
    [Fact]
    public void What_the_sender_forgot_is_learned_from_a_delta_too() =>
        AssertOnlyBreaks(RuleMutation.ForgottenOnlyFromComplete, HandMadeSchedules.TombstoneMergedAway);

    [Fact]
    public void A_complete_batch_is_refused_by_a_store_that_no_longer_has_the_values_left_out() =>
        AssertOnlyBreaks(RuleMutation.SkipValueCheck, HandMadeSchedules.CompleteBatchAfterRestore);

    [Fact]
    public void A_fill_whose_sender_is_restored_starts_the_scope_anew() =>
        AssertOnlyBreaks(RuleMutation.FillRestartsWhenVoid, HandMadeSchedules.FillFromRestoredHub);

    [Fact]
    public void A_fill_whose_sender_forgets_more_starts_the_scope_anew() =>
        AssertOnlyBreaks(RuleMutation.FillSurvivesForgetting, HandMadeSchedules.ForgottenBetweenPages);

    [Fact]
    public void A_scope_that_is_being_filled_answers_no_pull() =>
        AssertOnlyBreaks(RuleMutation.ExceptionsTravel, HandMadeSchedules.ExceptionLeftBehind);

    [Fact]
    public void A_staged_transfer_is_void_when_its_sender_subscribed_anew() =>
        AssertOnlyBreaks(RuleMutation.TransferSurvivesResubscribe, HandMadeSchedules.ResubscribedBetweenPages);

    [Fact]
    public void A_staged_transfer_is_void_when_its_sender_forgot_a_delete_that_its_receiver_knows() =>
        AssertOnlyBreaks(
            RuleMutation.StagedSurvivesForgettingOfTheKnown, HandMadeSchedules.KnownTombstoneCollectedBetweenPages);

    [Fact]
    public void When_both_are_behind_what_was_just_learned_is_restamped_too() =>
        AssertOnlyBreaks(RuleMutation.RestampOnlyWhatSenderLacks, HandMadeSchedules.BothBehind);

    /// <summary>The ids of the replicas and of the generation, which decide between equal timestamps, come from the seed.</summary>
    [Fact]
    public void Equal_timestamps_lose_a_write_across_a_compaction_only_where_a_device_enters_with_writes_of_its_own()
    {
        Schedule[] schedules =
            [.. Enumerable.Range(1, 40).Select(seed => HandMadeSchedules.EqualTimestamps with { Seed = (ulong)seed })];
        var broken = new Campaign(RuleMutation.EntersWithOwnWrites, "Compacting");
        var unbroken = new Campaign(RuleMutation.None, "Compacting");

        Assert.Contains(schedules, one => broken.ViolationOf(one)?.StartsWith("10:", StringComparison.Ordinal) == true);
        Assert.All(schedules, one => Assert.Null(unbroken.ViolationOf(one)));
    }

    /// <summary>
    /// No violation as the digest is defined, over live dots only; but a strategy that showed tombstones among the
    /// siblings would show a conflict at the device and none at the hub. See the README.
    /// </summary>
    [Fact]
    public void A_tombstone_beside_an_edit_may_stay_at_a_device_when_the_hub_has_collected_it()
    {
        ModelWorld world = ScheduleRun.Execute(HandMadeSchedules.EditBesideCollectedTombstone, RuleMutation.None);

        ScopeState hub = world.Replicas[0].Scopes[0]!;
        ScopeState device = world.Replicas[1].Scopes[0]!;
        Assert.True(Oracle.KnowTheSame(hub, device));
        Assert.Equal(LiveDigest.Of(hub), LiveDigest.Of(device));
        Assert.Single(hub.Versions(0));
        Assert.Equal(2, device.Versions(0).Length);
    }

    private static void AssertOnlyBreaks(RuleMutation mutation, Schedule schedule)
    {
        Assert.Throws<ModelViolationException>(() => ScheduleRun.Execute(schedule, mutation));
        ScheduleRun.Execute(schedule, RuleMutation.None);
    }
}
