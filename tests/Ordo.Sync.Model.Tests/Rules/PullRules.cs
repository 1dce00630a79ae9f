using Ordo.Sync.Model.Tests.Causality;
using Ordo.Sync.Model.Tests.State;
using Version = Ordo.Sync.Model.Tests.State.Version;

namespace Ordo.Sync.Model.Tests.Rules;

/// <summary>pull(scope, Kreq): what a sender reads, in one snapshot, for a receiver that presented Kreq.</summary>
internal sealed class PullRules(RuleMutation mutation)
{
    public Batch Pull(Replica sender, int scopeIndex, Vector requested)
    {
        ScopeState scope = sender.Scopes[scopeIndex]!;
        bool complete = MustBeComplete(scope, requested);
        var items = new List<BatchItem>();
        for (int key = 0; key < scope.Keys; key++)
        {
            if (Includes(scope, key, complete ? null : requested))
            {
                items.Add(Read(scope, key, requested));
            }
        }

        return ToBatch(scope, sender.Clock, scopeIndex, requested, complete, items);
    }

    /// <summary>
    /// A scope that is being filled answers nobody, so exceptions never leave their replica: were they to travel, a
    /// restore of the filling one's sender could leave them behind elsewhere, dominated by nobody's K, for ever.
    /// </summary>
    public bool Answers(Replica sender, int scopeIndex) => sender.Scopes[scopeIndex] is { } scope
        && (!scope.IsFilling || mutation is RuleMutation.ExceptionsTravel or RuleMutation.ExceptionsTravelUnsent
            or RuleMutation.ExceptionsTravelUnstored or RuleMutation.CollectUnderException);

    /// <summary>F ≰ Kreq: the receiver missed deletes that are no longer stored.</summary>
    public bool MustBeComplete(ScopeState scope, Vector requested) =>
        !requested.Dominates(scope.Forgotten) && mutation != RuleMutation.DeltaDespiteForgotten;

    /// <summary>Whether the record has a dot outside `known`; everything there is, if `known` is null.</summary>
    public static bool Includes(ScopeState scope, int key, Vector? known)
    {
        foreach (Version version in scope.Versions(key))
        {
            if (known is null || !known.Covers(version.Dot))
            {
                return true;
            }
        }

        return false;
    }

    public BatchItem Read(ScopeState scope, int key, Vector requested)
    {
        Version[] versions = scope.Versions(key);
        if (mutation == RuleMutation.SendOnlyNewSiblings)
        {
            versions = [.. versions.Where(version => !requested.Covers(version.Dot))];
        }

        var dots = new Dot[versions.Length];
        var values = new Version?[versions.Length];
        for (int i = 0; i < versions.Length; i++)
        {
            dots[i] = versions[i].Dot;
            bool omitted = requested.Covers(versions[i].Dot)
                || (mutation == RuleMutation.OmitNeededValue && i + 1 < versions.Length);
            values[i] = omitted ? null : versions[i];
        }

        Vector? exception = mutation == RuleMutation.ExceptionsTravelUnsent ? null : scope.Exception(key);
        return new BatchItem(key, dots, values, exception);
    }

    /// <summary>What is claimed with the items: K and F of the sender's scope, in the names that it is given in.</summary>
    public static Batch ToBatch(
        ScopeState scope, int clock, int scopeIndex, Vector requested, bool complete, IReadOnlyList<BatchItem> items) =>
        new()
        {
            Scope = scopeIndex,
            Base = complete ? Vector.Empty : requested,
            Requested = requested,
            Knowledge = scope.Knowledge,
            Forgotten = scope.Forgotten,
            Timestamp = clock,
            Complete = complete,
            Items = items,
            Generation = scope.Generation,
            IsFromLaterGeneration = scope.IsTranslation,
        };
}
