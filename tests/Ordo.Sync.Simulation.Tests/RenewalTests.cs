using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Simulation.Tests.Workloads;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests;

/// <summary>What a device wrote before it took a new incarnation, it still says under the new one.</summary>
public sealed class RenewalTests
{
    [Fact]
    public void Conflict_free_edits_survive_a_renewal_on_the_way_to_another_hub()
    {
        using SimulatedWorld world = SimulatedWorld.Create(88, options => options.Device = sync => Campus.Configure(sync, isNewer: false));
        SimulatedHub first = world.AddHub("first");
        SimulatedHub second = world.AddHub("second");
        SimulatedDevice ann = world.AddDevice("ann");
        SimulatedDevice bob = world.AddDevice("bob");
        bob.ConnectTo(second);
        Edit(ann, "course/b");
        ann.Sync();
        ReplicaId before = ann.Engine.Replica;
        Edit(ann, "course/a");
        first.Sync(second, Campus.Scopes);
        ann.ConnectTo(second);

        world.AssertConverged();

        Assert.NotEqual(before, ann.Engine.Replica);
        Card shown = world.Run(() => Cards(bob, "course/a").GetAsync("k").AsTask())!.Value;
        Assert.Equal(3, shown.Count);
        Assert.Equal(["word"], shown.Tags);
        Assert.Equal(["item"], shown.Items);

        void Edit(SimulatedDevice device, string scope) => world.Run(() => Cards(device, scope).PatchAsync("k", patch =>
        {
            patch.Counter(card => card.Count).Increment(3);
            patch.Set(card => card.Tags).Add("word");
            patch.List(card => card.Items).Insert(0, "item");
        }).AsTask());
    }

    private static ISyncCollection<Card> Cards(SimulatedDevice device, string scope) =>
        device.Engine.Scope(scope).Collection<Card>(Campus.Cards);
}
