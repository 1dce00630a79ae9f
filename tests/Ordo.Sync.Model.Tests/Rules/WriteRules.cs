using Ordo.Sync.Model.Tests.Causality;
using Ordo.Sync.Model.Tests.State;
using Ordo.Sync.Model.Tests.Truth;
using Version = Ordo.Sync.Model.Tests.State.Version;

namespace Ordo.Sync.Model.Tests.Rules;

/// <summary>put(o, payload | tombstone, seen) and restamping, which is a put of what is there already.</summary>
internal sealed class WriteRules(RuleMutation mutation, Ledger ledger, Func<int, int> physicalTimeAt)
{
    /// <summary>V(o) = (V(o) − seen) ∪ {d}: a stale `seen` makes a sibling, not an overwrite.</summary>
    public Version Put(Replica replica, int scopeIndex, int key, int content, Version[] seen)
    {
        ScopeState scope = replica.Scopes[scopeIndex]!;
        Version[] current = scope.Versions(key);
        Version version = Issue(replica, scopeIndex, key, content, seen);
        bool overwriteAll = mutation == RuleMutation.StaleSaveOverwritesAll;
        Version[] versions = overwriteAll ? [version] : [.. Without(current, seen), version];
        scope.SetVersions(key, RecordStrategy.IsLastWriteWins(key) ? [Winner(versions)] : versions);
        return version;
    }

    /// <summary>Puts the same contents under new dots with seen = V(o): as many siblings as there were.</summary>
    public void Restamp(Replica replica, int scopeIndex, int key)
    {
        ScopeState scope = replica.Scopes[scopeIndex]!;
        Version[] old = scope.Versions(key);
        var restamped = new Version[old.Length];
        for (int i = 0; i < old.Length; i++)
        {
            restamped[i] = Issue(replica, scopeIndex, key, old[i].Content, old);
        }

        scope.SetVersions(key, restamped);
    }

    private Version Issue(Replica replica, int scopeIndex, int key, int content, Version[] seen)
    {
        ScopeState scope = replica.Scopes[scopeIndex]!;
        replica.Clock = NextTimestamp(replica, scope.Versions(key));
        var dot = new Dot(replica.Incarnation, ++replica.Counter);
        replica.HasWritten[scopeIndex] = true;
        var version = new Version(dot, replica.Id, replica.Clock, content);
        ledger.Record(version, scopeIndex, key, seen);
        scope.Knowledge = scope.Knowledge.Raise(dot);
        if (scope.Fill is { } fill)
        {
            scope.Fill = fill with { Unsent = fill.Unsent.Add(dot) };
        }

        return version;
    }

    private int NextTimestamp(Replica replica, Version[] current)
    {
        int timestamp = Math.Max(physicalTimeAt(replica.Site), replica.Clock + 1);
        if (mutation is RuleMutation.ClockIgnoresOverwritten or RuleMutation.ClockIsPhysical)
        {
            return timestamp;
        }

        foreach (Version version in current)
        {
            timestamp = Math.Max(timestamp, version.Timestamp + 1);
        }

        return timestamp;
    }

    private static Version Winner(Version[] versions)
    {
        Version winner = versions[0];
        foreach (Version version in versions)
        {
            winner = version.WinsOver(winner) ? version : winner;
        }

        return winner;
    }

    private static IEnumerable<Version> Without(Version[] versions, Version[] removed)
    {
        foreach (Version version in versions)
        {
            if (Array.IndexOf(removed, version) < 0)
            {
                yield return version;
            }
        }
    }
}
