using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>
/// What versions were called first that a generation of their scope calls otherwise. Worked out here, by the rule, from what a hub said that
/// it folds, and from nothing that any node made of it.
/// </summary>
internal sealed class GenerationNames
{
    private readonly Dictionary<ReplicaId, Fold> _folds = [];

    /// <summary>Whether no hub has begun a generation yet.</summary>
    public bool IsEmpty => _folds.Count == 0;

    /// <summary>Whether a hub has begun this generation.</summary>
    public bool Has(ReplicaId generation) => _folds.ContainsKey(generation);

    /// <summary>A hub begins a generation.</summary>
    /// <param name="generation">Its name.</param>
    /// <param name="before">The one before; empty for the first.</param>
    /// <param name="folded">What it folds, in the names of the one before.</param>
    public void Add(ReplicaId generation, ReplicaId before, GlobalVector folded) => _folds.Add(generation, new Fold(before, folded));

    /// <summary>What a version was called first.</summary>
    public GlobalDot FirstOf(GlobalDot dot)
    {
        while (_folds.TryGetValue(dot.Replica, out Fold? fold) && fold.Former(dot.Counter) is { } former)
        {
            dot = former;
        }

        return dot;
    }

    /// <summary>What a version is called in a generation.</summary>
    public GlobalDot At(ReplicaId generation, GlobalDot first)
    {
        if (!_folds.TryGetValue(generation, out Fold? fold))
        {
            return first;
        }

        GlobalDot before = At(fold.Before, first);
        return fold.OffsetOf(before) is { } offset ? new GlobalDot(generation, offset + before.Counter) : before;
    }

    /// <summary>What a vector claims, in first names.</summary>
    public SortedDictionary<ReplicaId, long> FirstOf(GlobalVector vector)
    {
        var claimed = new SortedDictionary<ReplicaId, long>();
        foreach (GlobalDot dot in vector.Entries)
        {
            Claim(dot);
        }

        return claimed;

        void Claim(GlobalDot last)
        {
            if (!_folds.TryGetValue(last.Replica, out Fold? fold))
            {
                claimed[last.Replica] = Math.Max(claimed.GetValueOrDefault(last.Replica), last.Counter);
                return;
            }

            foreach (GlobalDot part in fold.UpTo(last.Counter))
            {
                Claim(part);
            }
        }
    }

    private sealed class Fold(ReplicaId before, GlobalVector folded)
    {
        // By the ids of their replicas, each behind all before it.
        private readonly ImmutableArray<(GlobalDot Last, long Offset)> _lines =
            [.. folded.Entries.Order().Select(last => (last, CountBefore(folded, last.Replica)))];

        public ReplicaId Before => before;

        private static long CountBefore(GlobalVector folded, ReplicaId replica) => folded.Entries
            .Where(other => other.Replica.CompareTo(replica) < 0)
            .Sum(other => other.Counter);

        public GlobalDot? Former(long counter)
        {
            foreach ((GlobalDot last, long offset) in _lines)
            {
                if (counter > offset && counter <= offset + last.Counter)
                {
                    return new GlobalDot(last.Replica, counter - offset);
                }
            }

            return null;
        }

        public long? OffsetOf(GlobalDot dot)
        {
            foreach ((GlobalDot last, long offset) in _lines)
            {
                if (last.Replica == dot.Replica && dot.Counter <= last.Counter)
                {
                    return offset;
                }
            }

            return null;
        }

        public IEnumerable<GlobalDot> UpTo(long counter) => _lines
            .Where(line => counter > line.Offset)
            .Select(line => new GlobalDot(line.Last.Replica, Math.Min(line.Last.Counter, counter - line.Offset)));
    }
}
