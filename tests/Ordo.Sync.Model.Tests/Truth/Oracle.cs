using Ordo.Sync.Model.Tests.Causality;
using Ordo.Sync.Model.Tests.State;
using Version = Ordo.Sync.Model.Tests.State.Version;

namespace Ordo.Sync.Model.Tests.Truth;

/// <summary>
/// Holds the replicas against the true history. It looks again at each scope that changed in a step; what did not
/// change cannot have become false, because history only grows by writes that nobody claims yet.
/// </summary>
internal sealed class Oracle(Ledger ledger, Replica[] replicas, int scopes)
{
    private readonly ulong[,] _digests = new ulong[replicas.Length, scopes];
    private readonly ScopeState?[,] _lastScope = new ScopeState?[replicas.Length, scopes];
    private readonly Vector[,] _lastKnowledge = new Vector[replicas.Length, scopes];
    private readonly Generation?[,] _lastGeneration = new Generation?[replicas.Length, scopes];

    /// <summary>Checks every scope that changed since the last call. Returns whether there was one.</summary>
    public bool Check()
    {
        bool changed = false;
        foreach (Replica replica in replicas)
        {
            for (int scopeIndex = 0; scopeIndex < scopes; scopeIndex++)
            {
                if (replica.Scopes[scopeIndex] is { IsChanged: true } scope)
                {
                    CheckScope(replica, scope, scopeIndex);
                    scope.IsChanged = false;
                    changed = true;
                }
            }
        }

        return changed;
    }

    /// <summary>A scope may only be dropped when somebody else has all that was in it.</summary>
    public void CheckDropped(int site, ScopeState dropped, int scopeIndex)
    {
        for (int key = 0; key < dropped.Keys; key++)
        {
            foreach (Version version in dropped.Versions(key))
            {
                Dot written = ledger.Find(version.Dot).Version.Dot;
                if (!Array.Exists(replicas, other => other.Site != site
                    && other.Scopes[scopeIndex] is { } scope && scope.KnowsAs(key, written)))
                {
                    throw new ModelViolationException($"10: a write to record {key} is dropped, and nobody has it.");
                }
            }
        }
    }

    /// <summary>What was written since the fill began, and still stood, must stand again.</summary>
    public static void CheckAbandoned(ScopeState dropped, ScopeState fresh, PageFill fill)
    {
        for (int key = 0; key < dropped.Keys && !ReferenceEquals(dropped, fresh); key++)
        {
            foreach (Version version in dropped.Versions(key))
            {
                if (fill.Unsent.Contains(version.Dot)
                    && !Array.Exists(fresh.Versions(key), again => again.Content == version.Content))
                {
                    throw new ModelViolationException($"10: an unsent write to record {key} is dropped with its fill.");
                }
            }
        }
    }

    /// <summary>Whether both know the same, and nothing beyond that under an exception.</summary>
    public static bool KnowTheSame(ScopeState a, ScopeState b) =>
        a.Generation == b.Generation && !a.HasExceptions && !b.HasExceptions && a.Knowledge.SameAs(b.Knowledge);

    private void CheckScope(Replica replica, ScopeState scope, int scopeIndex)
    {
        CheckVectors(replica, scope, scopeIndex);
        for (int key = 0; key < scope.Keys; key++)
        {
            CheckRecord(scope, scopeIndex, key);
        }

        _digests[replica.Site, scopeIndex] = LiveDigest.Of(scope);
        foreach (Replica other in replicas)
        {
            if (other != replica && other.Scopes[scopeIndex] is { IsChanged: false } theirs
                && KnowTheSame(scope, theirs)
                && _digests[other.Site, scopeIndex] != _digests[replica.Site, scopeIndex])
            {
                throw new ModelViolationException("8: equal K and empty X, but another digest.");
            }
        }
    }

    private void CheckVectors(Replica replica, ScopeState scope, int scopeIndex)
    {
        bool isSameSubscription = ReferenceEquals(_lastScope[replica.Site, scopeIndex], scope);
        if (isSameSubscription && !scope.Knowledge.Dominates(LastKnowledge(replica, scope, scopeIndex)))
        {
            throw new ModelViolationException("4: K shrank within an incarnation.");
        }

        _lastScope[replica.Site, scopeIndex] = scope;
        _lastKnowledge[replica.Site, scopeIndex] = scope.Knowledge;
        _lastGeneration[replica.Site, scopeIndex] = scope.Generation;
        int highest = ledger.HighestCounter(replica.Incarnation, scopeIndex);
        var last = new Dot(replica.Incarnation, highest);
        if (highest > 0 && !scope.Knowledge.Covers(Generation.NameIn(scope.Generation, last)))
        {
            throw new ModelViolationException("5: K[self] is below an own dot.");
        }

        if (!scope.Knowledge.Dominates(scope.Forgotten))
        {
            throw new ModelViolationException("9: F is not below K.");
        }
    }

    /// <summary>What the scope knew when it was looked at last, in the names of today.</summary>
    private Vector LastKnowledge(Replica replica, ScopeState scope, int scopeIndex)
    {
        Generation? last = _lastGeneration[replica.Site, scopeIndex];
        return Renamed(scope.Generation);

        // Who knew nothing was not told what is folded.
        Vector Renamed(Generation? generation) =>
            generation is null || generation == last || _lastKnowledge[replica.Site, scopeIndex].IsEmpty
                ? _lastKnowledge[replica.Site, scopeIndex]
                : generation.Rename(Renamed(generation.Before));
    }

    /// <summary>The version that stands in a generation for one as it was written.</summary>
    private static Version Canonical(Generation? generation, Version written) =>
        generation is null ? written : generation.Rename(Canonical(generation.Before, written));

    /// <summary>Invariants 1, 2, 3 and 10 on one record.</summary>
    private void CheckRecord(ScopeState scope, int scopeIndex, int key)
    {
        List<Write> writes = ledger.WritesOf(scopeIndex, key);
        UInt128 claimed = 0;
        UInt128 superseded = 0;
        foreach (Write write in writes)
        {
            if (scope.KnowsAs(key, write.Version.Dot))
            {
                claimed |= write.Bit;
                superseded |= write.Past;
            }
        }

        UInt128 held = Held(scope, key);
        if ((held & ~claimed) != 0)
        {
            throw new ModelViolationException($"2: record {key} holds a version that K(o) does not cover.");
        }

        if ((held & superseded) != 0)
        {
            throw new ModelViolationException($"3: record {key} holds a version that a version known here supersedes.");
        }

        UInt128 gone = claimed & ~superseded & ~held;
        if (gone != 0)
        {
            CheckGone(scope, key, writes, claimed, gone);
        }
    }

    private UInt128 Held(ScopeState scope, int key)
    {
        Version[] versions = scope.Versions(key);
        UInt128 held = 0;
        foreach (Version version in versions)
        {
            Write write = ledger.Find(version.Dot);
            if (!ReferenceEquals(Canonical(scope.Generation, write.Version), version))
            {
                throw new ModelViolationException($"1: record {key} holds a dot under another version's name.");
            }

            if ((held & write.Bit) != 0)
            {
                throw new ModelViolationException($"3: record {key} holds a version twice.");
            }

            held |= write.Bit;
        }

        if (versions.Length > 1 && RecordStrategy.IsLastWriteWins(key))
        {
            throw new ModelViolationException($"Last write wins, but record {key} holds siblings.");
        }

        return held;
    }

    /// <summary>
    /// A version that is claimed, superseded by nothing claimed and yet not held must be a collected tombstone, or have
    /// lost to a greater one in a last-write-wins record.
    /// </summary>
    private static void CheckGone(ScopeState scope, int key, List<Write> writes, UInt128 claimed, UInt128 gone)
    {
        foreach (Write write in writes)
        {
            if ((gone & write.Bit) == 0 || write.IsCollected)
            {
                continue;
            }

            bool lost = RecordStrategy.IsLastWriteWins(key) && writes.Exists(
                other => (claimed & other.Bit) != 0 && other.Version.WinsOver(write.Version)
                    && (other.IsCollected
                        || Array.IndexOf(scope.Versions(key), Canonical(scope.Generation, other.Version)) >= 0));
            if (!lost)
            {
                throw new ModelViolationException($"10: record {key} has lost a write that it claims to reflect.");
            }
        }
    }
}
