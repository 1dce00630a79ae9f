using Ordo.Sync.Model.Tests.Causality;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.State;

namespace Ordo.Sync.Model.Tests.World;

/// <summary>Backups, subscriptions, the horizon and the hub's collection of tombstones.</summary>
internal sealed class IdentitySteps(ModelWorld world)
{
    public static void Backup(Replica replica) => replica.TakeBackup();

    public void Restore(Replica replica)
    {
        if (replica.Backup is not null && world.CanRotate)
        {
            world.Trace?.Line($"       {world.Trace.Site(replica.Site)} is restored from its backup");
            world.Identity.Restore(replica);
        }
    }

    /// <summary>The store of a device is replaced by a copy of another one's.</summary>
    public void Clone(Step step, Replica replica)
    {
        Replica original = world.Peer(replica, step.B);
        if (!replica.KeepsGenerations && !original.KeepsGenerations && original != replica && world.CanRotate)
        {
            world.Trace?.Line($"       {world.Trace.Site(replica.Site)} is a copy of {world.Trace.Site(original.Site)} now");
            world.Identity.Clone(replica, original);
        }
    }

    public void Compact(Step step)
    {
        if (world.Schedule.HasHub && world.CanRotate
            && world.Generations.Compact(world.Hub, step.Scope, step.Choice) is { } generation)
        {
            world.Trace?.Line($"       the hub folds {world.Trace.Show(generation.Folded)}");
        }
    }

    public void Subscribe(Step step, Replica replica)
    {
        if (replica.Scopes[step.Scope] is null && world.CanRotate)
        {
            world.Identity.Subscribe(replica, step.Scope);
        }
    }

    public void Unsubscribe(Step step, Replica replica)
    {
        if (!world.Schedule.HasHub || replica.IsHub)
        {
            return;
        }

        ScopeState dropped = replica.Scopes[step.Scope]!;
        if (world.Identity.Unsubscribe(replica, world.Hub, step.Scope))
        {
            world.Trace?.Line($"       {world.Trace.Site(replica.Site)} unsubscribes");
            world.Oracle.CheckDropped(replica.Site, dropped, step.Scope);
        }
    }

    /// <summary>The hub forgets, then a replica drops what it has learnt to be forgotten.</summary>
    public void Collect(Step step, Replica replica)
    {
        if (world.Schedule.HasHub)
        {
            int collected = world.Collects.Collect(world.Hub, step.Scope);
            world.Trace?.Line($"       the hub collects {collected}");
        }

        if (!replica.IsHub && replica.Scopes[step.Scope] is { } scope)
        {
            int dropped = world.Collects.Follow(scope);
            world.Trace?.Line($"       {world.Trace.Site(replica.Site)} drops {dropped}");
        }
    }

    /// <summary>One subscriber, or all of them, were not seen within the horizon.</summary>
    public void Expire(Step step)
    {
        if (!world.Schedule.HasHub)
        {
            return;
        }

        Dictionary<int, Vector> presented = world.Hub.Scopes[step.Scope]!.Presented;
        if (step.Choice % 2 == 0)
        {
            presented.Clear();
        }
        else if (presented.Count > 0)
        {
            presented.Remove(presented.Keys.Order().ElementAt(step.B % presented.Count));
        }

        world.Trace?.Line($"       the hub counts {presented.Count} subscribers within the horizon");
    }
}
