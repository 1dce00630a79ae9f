using Ordo.Sync.Model.Tests.Causality;
using Ordo.Sync.Model.Tests.State;
using Version = Ordo.Sync.Model.Tests.State.Version;

namespace Ordo.Sync.Model.Tests.Rules;

/// <summary>Incarnations and subscriptions.</summary>
internal sealed class IdentityRules(RuleMutation mutation, int keys, Action<Replica> rotate)
{
    private readonly Dictionary<(int Site, int Scope), Vector> _dropped = [];

    /// <summary>A store restored from a backup takes a new incarnation before it does anything else.</summary>
    public void Restore(Replica replica)
    {
        replica.RestoreBackup();
        if (mutation != RuleMutation.SameIncarnationAfterRestore)
        {
            rotate(replica);
        }
    }

    public void Subscribe(Replica replica, int scopeIndex)
    {
        var scope = new ScopeState(keys);
        if (mutation == RuleMutation.KeepKnowledgeOfDroppedScope
            && _dropped.TryGetValue((replica.Site, scopeIndex), out Vector? kept))
        {
            scope.Knowledge = kept;
        }

        replica.Scopes[scopeIndex] = scope;
        if (replica.HasWritten[scopeIndex] && mutation != RuleMutation.SameIncarnationAfterResubscribe)
        {
            rotate(replica);
        }
    }

    /// <summary>Drops V, K, X and F, if the hub knows all of it. Returns whether it did.</summary>
    public bool Unsubscribe(Replica replica, Replica hub, int scopeIndex)
    {
        ScopeState here = replica.Scopes[scopeIndex]!;
        if (hub.Scopes[scopeIndex] is not { } there || !(HubKnowsAll(here, there)
            || mutation == RuleMutation.UnsubscribeWithoutHub))
        {
            return false;
        }

        there.Presented.Remove(replica.Incarnation);
        _dropped[(replica.Site, scopeIndex)] = here.Knowledge;
        replica.Scopes[scopeIndex] = null;
        return true;
    }

    private static bool HubKnowsAll(ScopeState here, ScopeState there)
    {
        if (there.Generation != here.Generation)
        {
            // What is not known by the names of an earlier generation may be known by those since, or not: claim less.
            return GenerationRules.After(there, here.Generation) is [{ } next, ..] && next.Known.Dominates(here.Knowledge)
                && HoldsOnly(here, (_, version) => next.Known.Covers(version.Dot));
        }

        return there.Knowledge.Dominates(here.Knowledge)
            && HoldsOnly(here, (key, version) => there.Knows(key, version.Dot));
    }

    // Pages of a fill bring versions that are not claimed yet.
    private static bool HoldsOnly(ScopeState here, Func<int, Version, bool> isKnown)
    {
        bool holds = true;
        for (int key = 0; holds && key < here.Keys; key++)
        {
            holds = Array.TrueForAll(here.Versions(key), version => isKnown(key, version));
        }

        return holds;
    }

    /// <summary>A store is put over another one, as a copy of a third, and takes a new incarnation before it does anything else.</summary>
    public void Clone(Replica replica, Replica original)
    {
        replica.CopyFrom(original);
        rotate(replica);
    }

    /// <summary>
    /// A scope of a generation that the hub does not know, since it was put back to before: left, whatever is unsent in it, and
    /// subscribed anew.
    /// </summary>
    public void StartAnew(Replica replica, int scopeIndex)
    {
        replica.Scopes[scopeIndex] = new ScopeState(keys);
        rotate(replica);
    }
}
