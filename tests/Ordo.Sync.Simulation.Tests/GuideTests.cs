using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Verification;
using Ordo.Sync.Simulation.Tests.Workloads;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests;

/// <summary>What docs/guides/simulation.md says, word for word.</summary>
public sealed class GuideTests
{
    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public void Two_devices_that_edit_while_apart_agree_in_the_end(ulong seed)
    {
        using SimulatedWorld world = SimulatedWorld.Create(seed, options => options.Device = sync => sync
            .Collection<Note>("notes", notes => notes.Resolve<HighestScore>())
            .Subscribe("course/a"));
        SimulatedHub hub = world.AddHub();
        SimulatedDevice ann = world.AddDevice("ann");
        SimulatedDevice bob = world.AddDevice("bob");

        world.Partition(bob, hub);
        world.Weather = NetworkConditions.Stormy;
        world.Run(() => Notes(ann).PutAsync("k", new Note { Score = 1 }).AsTask());
        world.Run(() => Notes(bob).PutAsync("k", new Note { Score = 2 }).AsTask());
        ann.Sync();
        hub.Crash(isPowerCut: true);

        world.AssertConverged();
        Assert.Equal(2, world.Run(() => Notes(ann).GetAsync("k").AsTask())!.Value.Score);
    }

    [Fact]
    public void A_promise_that_breaks_ends_the_world_with_its_seed()
    {
        using SimulatedWorld world = SimulatedWorld.Create(7);

        SimulationException failure = Assert.Throws<SimulationException>(
            () => world.Run(() => new TaskCompletionSource().Task));

        Assert.Contains("Seed 7, step ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("SimulatedWorld.Create(7, ...)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resolver_that_fails_fails_the_world_unless_it_may()
    {
        SimulationException failure = Assert.Throws<SimulationException>(() => RunWithBroken(mayFail: false));

        Assert.Contains("cannot decide about course/a notes/k", failure.Message, StringComparison.Ordinal);
        Assert.Contains("threw NotSupportedException: not this one", failure.Message, StringComparison.Ordinal);
        RunWithBroken(mayFail: true);
    }

    [Fact]
    public void A_device_that_nobody_connected_is_told_from_one_that_does_not_get_rid_of_its_writes()
    {
        using SimulatedWorld world = SimulatedWorld.Create(5, options => options.Device = sync => sync
            .Collection<Note>("notes")
            .Subscribe("course/a"));
        SimulatedDevice ann = world.AddDevice("ann");
        world.AddHub();
        world.Run(() => Notes(ann).PutAsync("k", new Note { Score = 1 }).AsTask());

        SimulationException failure = Assert.Throws<SimulationException>(world.AssertConverged);

        Assert.StartsWith("ann has unsynced writes (1) and nobody to sync with", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decision_is_taken_of_approvers_only()
    {
        using SimulatedWorld world = SimulatedWorld.Create(5, options => options.Device = sync => sync
            .Collection<Note>("grades", grades => grades.Strategy(ConflictStrategy.AcademicRecord))
            .Subscribe("course/a"));
        SimulatedHub hub = world.AddHub();
        SimulatedDevice ann = world.AddDevice("ann");
        hub.Grant(ann, "course/a", SimulatedRights.Read | SimulatedRights.Write);
        ISyncCollection<Note> grades = ann.Engine.Scope("course/a").Collection<Note>("grades");
        world.Run(() => grades.PutAsync("k", new Note { Score = 1 }).AsTask());
        ann.Sync();
        world.Run(() => grades.OverrideAsync("k", new Note { Score = 9 }, "mine").AsTask());

        Assert.Equal(1, ann.Sync().RejectedCount);
        world.AssertConverged();
    }

    [Fact]
    public void A_device_verifies_its_records_over_the_simulated_network()
    {
        using SimulatedWorld world = SimulatedWorld.Create(9, options => options.Device = sync => sync
            .Collection<Note>("notes", notes => notes.Resolve<HighestScore>())
            .Subscribe("course/a"));
        SimulatedHub hub = world.AddHub();
        SimulatedDevice ann = world.AddDevice("ann");
        SimulatedDevice bob = world.AddDevice("bob");
        bob.ConnectTo(ann);
        world.Run(() => Notes(ann).PutAsync("k", new Note { Score = 1 }).AsTask());

        VerifyReport withHub = world.Run(() => ann.Engine.VerifyAsync().AsTask());
        VerifyReport withPeer = world.Run(() => bob.Engine.VerifyAsync().AsTask());
        world.Partition(ann, hub);
        VerifyReport alone = world.Run(() => ann.Engine.VerifyAsync().AsTask());

        Assert.All([withHub, withPeer], report => Assert.True(
            report.Scopes.Single() is { Comparison: PeerComparison.Same, RecordCount: 1, IsSound: true }));
        Assert.True(alone.Scopes.Single() is { Comparison: PeerComparison.Failed, IsSound: false });
    }

    private static void RunWithBroken(bool mayFail)
    {
        using SimulatedWorld world = SimulatedWorld.Create(3, options =>
        {
            options.ResolversMayFail = mayFail;
            options.Device = sync => sync
                .Collection<Note>("notes", notes => notes.Resolve<Undecided>())
                .Subscribe("course/a");
        });
        SimulatedHub hub = world.AddHub();
        SimulatedDevice ann = world.AddDevice("ann");
        SimulatedDevice bob = world.AddDevice("bob");
        world.Partition(bob, hub);
        world.Run(() => Notes(ann).PutAsync("k", new Note { Score = 1 }).AsTask());
        world.Run(() => Notes(bob).PutAsync("k", new Note { Score = 2 }).AsTask());
        world.AssertConverged();
    }

    private static ISyncCollection<Note> Notes(SimulatedDevice device) =>
        device.Engine.Scope("course/a").Collection<Note>("notes");
}
