using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Simulation.Tests.Workloads;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests;

/// <summary>The background service of the engine on the world's clock.</summary>
public sealed class BackgroundTests
{
    [Fact]
    public void A_device_in_the_background_syncs_what_it_writes_and_what_others_write_though_nobody_asks()
    {
        using SimulatedWorld world = SimulatedWorld.Create(21, options => options.Device = sync => Configure(sync, "course/a"));
        world.AddHub();
        SimulatedDevice ann = world.AddDevice("ann");
        SimulatedDevice bob = world.AddDevice("bob");
        ann.SyncInBackground();
        bob.SyncInBackground();

        world.Run(() => Notes(ann).PutAsync("k", new Note { Score = 1 }).AsTask());
        world.Pass(TimeSpan.FromHours(1));

        Assert.Equal(1, world.Run(() => Notes(bob).GetAsync("k").AsTask())?.Value.Score);
        world.AssertConverged();
    }

    [Fact]
    public void A_device_in_the_background_tries_again_until_its_hub_is_back_and_after_it_died_itself()
    {
        using SimulatedWorld world = SimulatedWorld.Create(22, options => options.Device = sync => Configure(sync, "course/a"));
        SimulatedHub hub = world.AddHub();
        SimulatedDevice ann = world.AddDevice("ann");
        SimulatedDevice bob = world.AddDevice("bob");
        ann.SyncInBackground();
        world.Partition(ann, hub);
        world.Run(() => Notes(ann).PutAsync("k", new Note { Score = 1 }).AsTask());
        world.Pass(TimeSpan.FromHours(1));
        ann.Crash();
        ann.Restart();
        world.Pass(TimeSpan.FromMinutes(10));

        world.Heal(ann, hub);
        world.Pass(TimeSpan.FromHours(1));
        bob.Sync();

        Assert.Equal(1, world.Run(() => Notes(bob).GetAsync("k").AsTask())?.Value.Score);
    }

    /// <summary>A timer counts whole milliseconds: woken a part of one too early, the service found nothing due, again and again.</summary>
    [Fact]
    public void A_scope_that_its_peer_does_not_serve_keeps_no_processor_busy_and_no_other_scope_waiting()
    {
        using SimulatedWorld world = SimulatedWorld.Create(23, options => options.Device = sync => Configure(sync, "course/a"));
        SimulatedDevice ann = world.AddDevice("ann");
        SimulatedDevice bob = world.AddDevice("bob", sync => Configure(sync, "course/a", "course/b"));
        bob.ConnectTo(ann);
        bob.SyncInBackground();
        world.Run(() => Notes(ann).PutAsync("k", new Note { Score = 1 }).AsTask());

        world.Pass(TimeSpan.FromHours(2));

        Assert.Equal(1, world.Run(() => Notes(bob).GetAsync("k").AsTask())?.Value.Score);
    }

    private static void Configure(OrdoSyncBuilder sync, params string[] scopes) => sync
        .Collection<Note>("notes", notes => notes.Strategy(ConflictStrategy.ManualIntervention))
        .Subscribe(scopes);

    private static ISyncCollection<Note> Notes(SimulatedDevice device) =>
        device.Engine.Scope("course/a").Collection<Note>("notes");
}
