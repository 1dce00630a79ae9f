using System.Diagnostics;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Generations;

/// <summary>
/// A generation of a scope: an agreement to call the versions of the past by shorter names. Knowledge that named many replicas,
/// <c>[r1:n1 r2:n2 …]</c>, is <em>folded</em> into one entry <c>[g:n1+n2+…]</c>, where g is the generation's own id; the version that
/// was (r, c) is from then on (g, c plus the counters of all replicas before r, by their ids). The folded names and the new ones
/// correspond one to one, so whoever knows all that is folded can rename by itself and keeps every claim. Versions that are not
/// folded keep their names. Immutable.
/// </summary>
internal sealed class ScopeGeneration
{
    private readonly long[] _offsets;

    /// <summary>Makes a generation.</summary>
    /// <param name="name">Its id, which is that of the replica that the folded versions are named by; never issued to a store.</param>
    /// <param name="before">The generation it follows; empty for the first one, which has no name.</param>
    /// <param name="folded">What is folded.</param>
    /// <exception cref="ArgumentException">Nothing is folded, or more than one replica could count.</exception>
    public ScopeGeneration(ReplicaId name, ReplicaId before, GlobalVector folded)
    {
        if (name.IsEmpty || folded.IsEmpty || folded[name] > 0)
        {
            throw new ArgumentException("A generation has a name of its own and folds something.");
        }

        Name = name;
        Before = before;
        Folded = folded;
        _offsets = new long[folded.Entries.Length];
        Int128 sum = 0;
        for (int i = 0; i < _offsets.Length; i++)
        {
            _offsets[i] = (long)sum;
            sum += folded.Entries[i].Counter;
            if (sum > Dot.CounterMax)
            {
                throw new ArgumentException("A generation folds more versions than a counter can name.");
            }
        }

        Count = (long)sum;
    }

    /// <summary>Its id.</summary>
    public ReplicaId Name { get; }

    /// <summary>The generation before; empty for the first.</summary>
    public ReplicaId Before { get; }

    /// <summary>What is folded.</summary>
    public GlobalVector Folded { get; }

    /// <summary>
    /// All that was known when the generation was started: what is folded, and what is not. Known to who keeps the generation for others.
    /// </summary>
    public GlobalVector Known { get; init; } = GlobalVector.Empty;

    /// <summary>What of the folded versions was forgotten here before; known to who keeps the generation for others.</summary>
    public GlobalVector Forgotten { get; init; } = GlobalVector.Empty;

    /// <summary>How many versions are folded: the counter of its entry in knowledge.</summary>
    public long Count { get; }

    /// <summary>What is added to the counters of each replica that is folded.</summary>
    public IEnumerable<(ReplicaId Replica, long Offset)> Offsets() =>
        Folded.Entries.Zip(_offsets, static (dot, offset) => (dot.Replica, offset));

    /// <summary>What a folded version was called before.</summary>
    public GlobalDot Former(long counter)
    {
        Debug.Assert(counter >= 1 && counter <= Count, "Only folded versions had another name.");
        int at = Array.BinarySearch(_offsets, counter - 1);
        at = at >= 0 ? at : ~at - 1;
        return new GlobalDot(Folded.Entries[at].Replica, counter - _offsets[at]);
    }
}
