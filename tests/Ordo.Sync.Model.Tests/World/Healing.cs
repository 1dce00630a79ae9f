using Ordo.Sync.Model.Tests.Rules;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.State;
using Ordo.Sync.Model.Tests.Truth;

namespace Ordo.Sync.Model.Tests.World;

/// <summary>
/// The end of a schedule: the network heals, everybody synchronises until nothing moves. Then all replicas must know
/// the same and hold the same, and a further session must carry nothing.
/// </summary>
internal sealed class Healing(ModelWorld world, SessionSteps sessions, TransferSteps transfers)
{
    private const int RoundsMax = 8;

    public void Heal(bool deliverFirst)
    {
        while (deliverFirst && world.Network.Count > 0)
        {
            sessions.Deliver(new Step(StepKind.Deliver, 0, 0, 0, 0, Choice: world.Network.Count - 1));
            Check();
        }

        for (int scope = 0; scope < Schedule.Scopes; scope++)
        {
            StartAnew(scope);
            EndFills(scope);
            int rounds = 0;
            while (Round(scope))
            {
                if (++rounds == RoundsMax)
                {
                    throw new ModelViolationException("8: the replicas do not converge.");
                }
            }

            CheckConverged(scope);
        }
    }

    /// <summary>The hub was put back to before a compaction: who is in that generation leaves the scope and subscribes anew.</summary>
    private void StartAnew(int scopeIndex)
    {
        foreach (Replica replica in world.Replicas)
        {
            if (world.Schedule.HasHub && replica.Scopes[scopeIndex] is { } scope
                && GenerationRules.After(world.Hub.Scopes[scopeIndex]!, scope.Generation) is null
                && !world.Generations.MayEnter(replica, scope))
            {
                world.Trace?.Line($"       {world.Trace.Site(replica.Site)} starts anew");
                world.Identity.StartAnew(replica, scopeIndex);
                Check();
            }
        }
    }

    private void EndFills(int scopeIndex)
    {
        foreach (Replica replica in world.Replicas)
        {
            int pages = 0;
            while (replica.Scopes[scopeIndex]?.Fill is not null && pages++ <= 2 * world.Schedule.Keys)
            {
                transfers.Continue(scopeIndex, replica);
                Check();
            }
        }
    }

    /// <summary>Everybody meets everybody they may meet. Returns whether anybody had anything to say.</summary>
    private bool Round(int scopeIndex)
    {
        bool moved = false;
        ForEachPair(scopeIndex, (a, b) =>
        {
            ScopeState mine = a.Scopes[scopeIndex]!;
            ScopeState theirs = b.Scopes[scopeIndex]!;
            if (!Oracle.KnowTheSame(mine, theirs))
            {
                sessions.Exchange(a, b, scopeIndex);
                moved |= Check() | !mine.Knowledge.SameAs(theirs.Knowledge);
            }
        });
        return moved;
    }

    private void CheckConverged(int scopeIndex)
    {
        ForEachPair(scopeIndex, (a, b) =>
        {
            ScopeState mine = a.Scopes[scopeIndex]!;
            ScopeState theirs = b.Scopes[scopeIndex]!;
            if (!Oracle.KnowTheSame(mine, theirs))
            {
                throw new ModelViolationException("X is not empty in the steady state.");
            }

            if (LiveDigest.Of(mine) != LiveDigest.Of(theirs))
            {
                throw new ModelViolationException("8: the replicas converged to different states.");
            }

            Batch batch = world.Pulls.Pull(a, scopeIndex, theirs.Knowledge);
            if (batch.Complete || batch.Items.Count > 0)
            {
                throw new ModelViolationException("11: a converged pair exchanges more than hashes.");
            }
        });
    }

    private void ForEachPair(int scopeIndex, Action<Replica, Replica> visit)
    {
        foreach (Replica a in world.Replicas)
        {
            foreach (Replica b in world.Replicas)
            {
                if (a.Site > b.Site && world.MayMeet(a, b) && a.Scopes[scopeIndex] is not null
                    && b.Scopes[scopeIndex] is not null)
                {
                    visit(a, b);
                }
            }
        }
    }

    private bool Check()
    {
        world.Trace?.Changes(world.Replicas);
        return world.Oracle.Check();
    }
}
