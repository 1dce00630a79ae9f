using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Responder;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>
/// A hub that was put back to before a delete which everybody else has forgotten since: it learns of it by absences alone, from
/// devices whose word about others it cannot check.
/// </summary>
public sealed class RestoredHubForgettingTests
{
    [Theory]
    [InlineData(ConflictStrategy.LastWriteWins)]
    [InlineData(ConflictStrategy.AcademicRecord)]
    [InlineData(ConflictStrategy.MergePreservingHistory)]
    public async Task A_delete_that_the_hub_lost_and_everybody_forgot_stands_again_for_all_when_its_writer_has_synced(
        ConflictStrategy strategy)
    {
        await using LostDeleteScene scene = await LostDeleteScene.PlayAsync(strategy);

        // Its absence at Ben is a delete at the hub; but Ben cannot be told more until the hub has heard of the first one.
        Assert.Equal(SyncStatus.Failed, (await scene.Ben.Engine.SyncAsync()).Status);
        await LostDeleteScene.SyncAsync(scene.Late, scene.Ann, scene.Ben, scene.Late, scene.Ann);

        await scene.AssertDeletedAsync(scene.Ann, scene.Ben, scene.Late);
    }

    [Fact]
    public async Task Where_its_writer_is_lost_too_somebody_who_may_relay_brings_it_once()
    {
        await using LostDeleteScene scene = await LostDeleteScene.PlayAsync(ConflictStrategy.LastWriteWins);
        TestHub trusting = await TestHub.StartAsync(
            scene.Restored.Store, scene.Clock, new ResponderOptions { TrustsRelays = true });

        scene.BensWay.Switch(trusting.Connect("ben"));
        await LostDeleteScene.SyncAsync(scene.Ben);
        scene.BensWay.Switch(scene.Restored.Connect("ben"));
        await LostDeleteScene.SyncAsync(scene.Late, scene.Ben, scene.Late, scene.Ben);

        await scene.AssertDeletedAsync(scene.Ben, scene.Late);
    }

    [Theory]
    [InlineData(ConflictStrategy.LastWriteWins)]
    [InlineData(ConflictStrategy.AcademicRecord)]
    public async Task A_hub_that_starts_a_generation_before_it_has_heard_of_the_delete_again_is_followed_and_told_of_it(
        ConflictStrategy strategy)
    {
        await using LostDeleteScene scene = await LostDeleteScene.PlayAsync(strategy);
        await scene.Late.Notes.PutAsync("late's", new Note());
        await LostDeleteScene.SyncAsync(scene.Late);
        ScopeCompaction done = await ScopeCompactor.RunAsync(
            scene.Restored.Store,
            await CollectionCatalog.LoadAsync(scene.Restored.Store),
            TestDevice.ScopeName,
            EntropySource.System);

        await LostDeleteScene.SyncAsync(scene.Ann, scene.Ben, scene.Late, scene.Ann);

        Assert.True(done.IsStarted);
        await scene.AssertDeletedAsync(scene.Ann, scene.Ben, scene.Late);
    }
}
