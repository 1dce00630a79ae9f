using Ordo.Sync.Model.Tests.Causality;
using Ordo.Sync.Model.Tests.State;
using Ordo.Sync.Model.Tests.Truth;
using Version = Ordo.Sync.Model.Tests.State.Version;

namespace Ordo.Sync.Model.Tests.Rules;

/// <summary>The join of one record: V(o) = (V ∩ V') ∪ { d ∈ V : d ∉ ctx } ∪ { d ∈ V' : d ∉ K(o) }.</summary>
internal sealed class MergeRules(RuleMutation mutation)
{
    private readonly List<Version> _merged = [];

    /// <summary>ctx is the sender's K and its exceptions that cover the record.</summary>
    public void Merge(ScopeState scope, BatchItem item, Vector knowledge)
    {
        int key = item.Key;
        Version[] mine = scope.Versions(key);
        _merged.Clear();
        foreach (Version version in mine)
        {
            if (!Covers(knowledge, item.Exception, version.Dot) || item.Contains(version.Dot)
                || mutation == RuleMutation.KeepDominatedVersions)
            {
                _merged.Add(version);
            }
        }

        for (int i = 0; i < item.Dots.Length; i++)
        {
            Dot dot = item.Dots[i];
            bool isNew = !scope.Knows(key, dot)
                || (mutation == RuleMutation.AcceptSupersededVersions && item.Values[i] is not null
                    && !Holds(mine, dot));
            if (isNew)
            {
                _merged.Add(item.Values[i] ?? throw ModelViolationException.ValueMissing(key));
            }
        }

        Settle(key, mine);
        if (!IsUnchanged(mine))
        {
            scope.SetVersions(key, [.. _merged]);
        }
    }

    /// <summary>A record that is absent at a sender that listed all it has: what the sender knew is deleted.</summary>
    public void MergeAbsence(ScopeState scope, int key, Vector knowledge, Vector? exception)
    {
        if (mutation == RuleMutation.AbsenceIsIgnored)
        {
            return;
        }

        Version[] mine = scope.Versions(key);
        bool dropAll = mutation == RuleMutation.AbsenceDropsUnsynced;
        Version[] kept = [.. mine.Where(version => !dropAll && !Covers(knowledge, exception, version.Dot))];
        if (kept.Length != mine.Length)
        {
            scope.SetVersions(key, kept);
        }
    }

    public static bool Covers(Vector knowledge, Vector? exception, Dot dot) =>
        knowledge.Covers(dot) || (exception?.Covers(dot) ?? false);

    private void Settle(int key, Version[] mine)
    {
        if (_merged.Count < 2)
        {
            return;
        }

        if (RecordStrategy.IsLastWriteWins(key))
        {
            KeepWinner(mine);
        }
        else if (mutation == RuleMutation.CollapseEqualSiblings)
        {
            _merged.RemoveAll(version => _merged.Exists(
                other => other.Content == version.Content && other != version && other.WinsOver(version)));
        }
    }

    private void KeepWinner(Version[] mine)
    {
        Version winner = _merged[0];
        foreach (Version version in _merged)
        {
            bool tieIsLocal = mutation == RuleMutation.TieKeepsLocal && version.Timestamp == winner.Timestamp;
            if (tieIsLocal ? Holds(mine, version.Dot) : version.WinsOver(winner))
            {
                winner = version;
            }
        }

        _merged.Clear();
        _merged.Add(winner);
    }

    private bool IsUnchanged(Version[] mine)
    {
        bool same = mine.Length == _merged.Count;
        for (int i = 0; same && i < mine.Length; i++)
        {
            same = ReferenceEquals(mine[i], _merged[i]);
        }

        return same;
    }

    private static bool Holds(Version[] versions, Dot dot) => Array.Exists(versions, version => version.Dot == dot);
}
