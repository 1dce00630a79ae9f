using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Simulation.Tests.Workloads;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests;

/// <summary>A device that nobody answers for long is no copy of itself.</summary>
public sealed class LeaseTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(40)]
    public void A_device_keeps_its_identity_however_often_it_tried_in_vain_after_an_answer_was_lost(int attempts)
    {
        using SimulatedWorld world = SimulatedWorld.Create(11, options => options.Device = sync => sync
            .Collection<Note>("grades", grades => grades.Strategy(ConflictStrategy.ManualIntervention))
            .Subscribe("course/a"));
        SimulatedHub hub = world.AddHub();
        SimulatedDevice ann = world.AddDevice("ann");
        ISyncCollection<Note> grades = ann.Engine.Scope("course/a").Collection<Note>("grades");
        ann.Sync();
        ReplicaId replica = ann.Engine.Replica;

        world.Weather = NetworkConditions.Calm with { AnswerLoss = 1 };
        world.Run(() => grades.PutAsync("k", new Note { Score = 1 }).AsTask());
        ann.Sync();
        world.Run(() => grades.PutAsync("k", new Note { Score = 2 }).AsTask());
        world.Weather = NetworkConditions.Calm with { RequestLoss = 1 };
        for (int i = 0; i < attempts; i++)
        {
            ann.Sync();
        }

        world.Weather = NetworkConditions.Calm;
        Assert.Null(ann.Sync().Error);
        Assert.Equal(replica, ann.Engine.Replica);
        world.AssertConverged();
    }
}
