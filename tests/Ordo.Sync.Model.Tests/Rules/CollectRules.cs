using Ordo.Sync.Model.Tests.Causality;
using Ordo.Sync.Model.Tests.State;
using Ordo.Sync.Model.Tests.Truth;
using Version = Ordo.Sync.Model.Tests.State.Version;

namespace Ordo.Sync.Model.Tests.Rules;

/// <summary>What the hub forgets, and what it remembers so that it may.</summary>
internal sealed class CollectRules(RuleMutation mutation, Ledger ledger)
{
    /// <summary>A subscriber presented its K in a pull, which says something here only in the names that are used here.</summary>
    public static void NotePresented(Replica sender, int scopeIndex, Replica receiver)
    {
        ScopeState there = sender.Scopes[scopeIndex]!;
        ScopeState here = receiver.Scopes[scopeIndex]!;
        if (sender.IsHub && there.Generation == here.Generation)
        {
            there.Presented[receiver.Incarnation] = here.Knowledge;
        }
    }

    /// <summary>
    /// Collects every tombstone that is alone in its record, under no exception, and below the pointwise minimum of
    /// what the subscribers within the horizon presented last. Returns how many.
    /// </summary>
    public int Collect(Replica hub, int scopeIndex)
    {
        ScopeState scope = hub.Scopes[scopeIndex]!;
        Vector? floor = Floor(scope);
        int collected = 0;
        for (int key = 0; key < scope.Keys; key++)
        {
            foreach (Version version in scope.Versions(key))
            {
                if (version.IsTombstone && MayCollect(scope, key, version, floor))
                {
                    Collect(scope, key, version);
                    collected++;
                    break;
                }
            }
        }

        return collected;
    }

    /// <summary>
    /// A replica below the hub drops the tombstones that the hub may have forgotten: alone in their records, covered by F, while it
    /// holds no exception. Returns how many.
    /// </summary>
    public int Follow(ScopeState scope)
    {
        int dropped = 0;
        bool isFilling = Enumerable.Range(0, scope.Keys).Any(key => scope.Exception(key) is not null);
        for (int key = 0; !isFilling && key < scope.Keys; key++)
        {
            Version[] versions = scope.Versions(key);
            if (versions is [{ IsTombstone: true } tombstone]
                && (scope.Forgotten.Covers(tombstone.Dot) || mutation == RuleMutation.FollowBeyondForgotten))
            {
                scope.SetVersions(key, []);
                ledger.MarkCollected(tombstone.Dot);
                dropped++;
            }
        }

        return dropped;
    }

    /// <summary>The pointwise minimum; null if no subscriber is within the horizon.</summary>
    private static Vector? Floor(ScopeState scope)
    {
        Vector? floor = null;
        foreach (Vector presented in scope.Presented.Values)
        {
            floor = floor is null ? presented : floor.Meet(presented);
        }

        return floor;
    }

    private bool MayCollect(ScopeState scope, int key, Version tombstone, Vector? floor)
    {
        bool isAlone = scope.Versions(key).Length == 1
            || mutation is RuleMutation.CollectAmongSiblings or RuleMutation.CollectRecordWithSiblings;
        bool isCertain = scope.Exception(key) is null || mutation == RuleMutation.CollectUnderException;
        bool isKnown = floor is null || floor.Covers(tombstone.Dot)
            || mutation == RuleMutation.CollectIgnoresSubscribers;
        return isAlone && isCertain && isKnown;
    }

    private void Collect(ScopeState scope, int key, Version tombstone)
    {
        Version[] rest = mutation == RuleMutation.CollectRecordWithSiblings
            ? []
            : [.. scope.Versions(key).Where(version => version != tombstone)];
        scope.SetVersions(key, rest);
        ledger.MarkCollected(tombstone.Dot);
        if (mutation != RuleMutation.CollectWithoutForgotten)
        {
            scope.Forgotten = scope.Forgotten.Raise(tombstone.Dot);
        }
    }
}
