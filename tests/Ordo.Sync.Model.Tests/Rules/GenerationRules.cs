using System.Collections.Immutable;
using Ordo.Sync.Model.Tests.Causality;
using Ordo.Sync.Model.Tests.State;
using Version = Ordo.Sync.Model.Tests.State.Version;

namespace Ordo.Sync.Model.Tests.Rules;

/// <summary>
/// Generations of a scope: a hub starts one, replicas of an earlier one are told and rename, or get everything in their own names
/// until they know enough to be told.
/// </summary>
internal sealed class GenerationRules(RuleMutation mutation, PullRules pulls, GenerationNames names)
{
    /// <summary>
    /// An administrator's command at the hub: K becomes one entry, and those that are not folded (in the engine because
    /// conflict-free elements name them). Returns the generation, or null where none would be shorter.
    /// </summary>
    public Generation? Compact(Replica hub, int scopeIndex, int choice)
    {
        ScopeState scope = hub.Scopes[scopeIndex]!;
        int[] entries = [.. scope.Knowledge.Replicas()];
        bool foldsAll = choice % 3 > 0 || entries.Length == 0;
        int leftOut = foldsAll ? -1 : entries[choice % entries.Length];
        Vector folded = scope.Knowledge.Where((replica, _) => replica != leftOut);
        if (scope.HasExceptions || folded.Replicas().Count() < 2)
        {
            return null;
        }

        Generation generation = names.Start(scope.Generation, folded);
        Rename(hub, scope, generation);
        return generation;
    }

    /// <summary>The generations that followed one at a sender, the next first; null where it does not know.</summary>
    public static ImmutableList<KeptGeneration>? After(ScopeState there, Generation? generation)
    {
        Generation? current = there.Generation;
        int first = there.Kept.Count;
        while (current != generation)
        {
            if (current is null || first == 0 || there.Kept[first - 1].Generation != current)
            {
                return null;
            }

            first--;
            current = current.Before;
        }

        return there.Kept.RemoveRange(0, first);
    }

    /// <summary>What a sender is told to rename by, if it is of an earlier generation and knows enough; else null.</summary>
    public Generation? NextFor(ScopeState there, Generation? generation, Vector knowledge)
    {
        if (After(there, generation) is not [{ } next, ..] chain)
        {
            return null;
        }

        Vector required = mutation == RuleMutation.OnlyFoldedMustBeKnown ? next.Generation.Folded : next.Known;
        bool knowsEnough = knowledge.Dominates(required) || mutation == RuleMutation.RenamesWithoutKnowing;
        Generation told = mutation == RuleMutation.TellsTheLatest ? chain[^1].Generation : next.Generation;
        return knowsEnough ? told : null;
    }

    /// <summary>
    /// What a sender holds, in the names of a generation: itself where that is its own, a translation where it is an earlier one that
    /// it has kept the way from; else null.
    /// </summary>
    public ScopeState? SourceFor(ScopeState there, Generation? generation)
    {
        if (there.Generation == generation || mutation == RuleMutation.IgnoresGenerations)
        {
            return there;
        }

        return After(there, generation) is { } chain
            ? chain.Reverse().Aggregate(there.Copy(), Restore)
            : null;
    }

    /// <summary>What a sender answers to a pull; null where it cannot translate.</summary>
    public Batch? Answer(Replica sender, Replica receiver, int scopeIndex)
    {
        ScopeState there = sender.Scopes[scopeIndex]!;
        ScopeState here = receiver.Scopes[scopeIndex]!;
        if (there.Generation == here.Generation || mutation == RuleMutation.IgnoresGenerations || MayEnter(receiver, here))
        {
            return pulls.Pull(sender, scopeIndex, here.Knowledge);
        }

        if (NextFor(there, here.Generation, here.Knowledge) is { } next)
        {
            return Notice(sender, scopeIndex, here, next);
        }

        if (SourceFor(there, here.Generation) is not { } former)
        {
            return null;
        }

        // Nothing is left out: neither of what the receiver may know, nor values.
        var items = new List<BatchItem>();
        for (int key = 0; key < former.Keys; key++)
        {
            if (former.Versions(key).Length > 0)
            {
                items.Add(pulls.Read(former, key, Vector.Empty));
            }
        }

        return PullRules.ToBatch(former, sender.Clock, scopeIndex, Vector.Empty, complete: true, items);
    }

    /// <summary>
    /// Whether a replica takes over the generation of whoever it receives from: only where nothing at all is here. What was written
    /// here may stand there by another name already: a peer, a bundle or a copy of this store may have brought it. A hub never does,
    /// for it has to know the way from the first generation on.
    /// </summary>
    public bool MayEnter(Replica receiver, ScopeState here)
    {
        bool isEmpty = here.Knowledge.IsEmpty || mutation == RuleMutation.EntersWithOwnWrites;
        bool isFollower = !receiver.KeepsGenerations
            || (mutation == RuleMutation.HubBelowEntersAtOnce && !receiver.IsHub);
        return isFollower && isEmpty && here.IsBlank(receiver.Incarnation);
    }

    /// <summary>Renames a scope by a notice, whose receiver may have changed since it asked.</summary>
    public ApplyOutcome Adopt(Replica receiver, Batch notice)
    {
        ScopeState scope = receiver.Scopes[notice.Scope]!;
        Generation next = notice.Next!;
        if (scope.IsFilling)
        {
            return ApplyOutcome.MustStartAnew;
        }

        if (!scope.Knowledge.Dominates(next.Folded) && mutation != RuleMutation.RenamesWithoutKnowing)
        {
            return ApplyOutcome.BaseMissing;
        }

        scope.Fill = null;
        if (mutation != RuleMutation.TransfersSurviveCompaction)
        {
            scope.Staged = null;
        }

        Rename(receiver, scope, mutation == RuleMutation.RenamesItsUnsynced ? Overreaching(receiver, scope, next) : next);
        return ApplyOutcome.Applied;
    }

    private static Batch Notice(Replica sender, int scopeIndex, ScopeState here, Generation next) => new()
    {
        Scope = scopeIndex,
        Base = Vector.Empty,
        Requested = Vector.Empty,
        Knowledge = Vector.Empty,
        Forgotten = Vector.Empty,
        Timestamp = sender.Clock,
        Complete = false,
        Items = [],
        Generation = here.Generation,
        Next = next,
    };

    private void Rename(Replica replica, ScopeState scope, Generation generation)
    {
        if (replica.KeepsGenerations)
        {
            scope.Kept = scope.Kept.Add(new KeptGeneration(generation, scope.Knowledge, scope.Forgotten));
        }

        for (int key = 0; key < scope.Keys; key++)
        {
            Version[] versions = scope.Versions(key);
            if (versions.Length > 0)
            {
                scope.SetVersions(key, [.. versions.Select(version => generation.Rename(version))]);
            }

            // What an editor shows keeps the names it was loaded with: a version that has another one now was not seen.
            scope.Forms[key] = scope.Forms[key]?.Where(seen => !generation.Folded.Covers(seen.Dot)).ToArray();
        }

        scope.Knowledge = generation.Rename(scope.Knowledge);
        scope.Forgotten = mutation == RuleMutation.CarriesOverForgotten
            ? scope.Forgotten
            : generation.WithoutFolded(scope.Forgotten);
        scope.Generation = generation;
    }

    /// <summary>
    /// F of the folded cannot be told by the new name: where more of it was forgotten since, all of it counts as forgotten.
    /// </summary>
    private ScopeState Restore(ScopeState shown, KeptGeneration kept)
    {
        Generation generation = kept.Generation;
        for (int key = 0; key < shown.Keys; key++)
        {
            shown.SetVersions(key, [.. shown.Versions(key).Select(version => generation.Restore(version))]);
        }

        bool forgotMore = shown.Forgotten[generation.Name] > 0 && mutation != RuleMutation.FormerForgottenStands;
        Vector forgotten = forgotMore ? generation.Folded : kept.Forgotten;
        shown.Knowledge = generation.WithoutName(shown.Knowledge).Join(generation.Folded);
        shown.Forgotten = mutation == RuleMutation.FormerForgottenIsLost
            ? generation.WithoutName(shown.Forgotten)
            : generation.WithoutName(shown.Forgotten).Join(forgotten);
        shown.Generation = generation.Before;
        shown.IsTranslation = true;
        return shown;
    }

    /// <summary>Broken on purpose: what the replica wrote since is folded too, though the hub does not know it.</summary>
    private Generation Overreaching(Replica receiver, ScopeState scope, Generation next)
    {
        var own = new Dot(receiver.Incarnation, scope.Knowledge[receiver.Incarnation]);
        return own.Counter == 0 ? next : names.Overreach(next, own);
    }
}
