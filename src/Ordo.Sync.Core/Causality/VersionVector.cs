using System.Diagnostics.CodeAnalysis;

namespace Ordo.Sync.Causality;

/// <summary>
/// A vector of counters by local replica index: <c>v[r] = n</c> claims <em>every</em> version that r issued up to n.
/// Immutable and thread-safe; absent replicas count as zero.
/// </summary>
/// <remarks>
/// Kept as sorted dots, one a replica, so look-ups are a binary search and joins a merge of two sorted lists.
/// Source: Parker et al. 1983; as a store's <em>knowledge</em>: Malkhi and Terry 2005.
/// </remarks>
[SuppressMessage("Naming", "CA1710", Justification = "A version vector is called so, not a collection.")]
public sealed class VersionVector : IEquatable<VersionVector>
{
    private readonly Dot[] _entries;

    private VersionVector(Dot[] entries) => _entries = entries;

    /// <summary>The vector that claims nothing.</summary>
    public static VersionVector Empty { get; } = new([]);

    /// <summary>One dot a replica with its greatest counter, sorted by local index.</summary>
    public ReadOnlySpan<Dot> Entries => _entries;

    /// <summary>The number of replicas with a counter.</summary>
    public int Count => _entries.Length;

    /// <summary>Whether nothing is claimed.</summary>
    public bool IsEmpty => _entries.Length == 0;

    /// <summary>The counter of a replica; 0 where it is absent.</summary>
    public long this[int replicaIndex]
    {
        get
        {
            int at = Find(_entries, replicaIndex);
            return at >= 0 ? _entries[at].Counter : 0;
        }
    }

    /// <summary>Builds a vector from dots in any order; of several dots of one replica the greatest counts.</summary>
    public static VersionVector Of(params ReadOnlySpan<Dot> dots)
    {
        if (dots.IsEmpty)
        {
            return Empty;
        }

        Dot[] sorted = dots.ToArray();
        Array.Sort(sorted);
        int count = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            if (count > 0 && sorted[count - 1].ReplicaIndex == sorted[i].ReplicaIndex)
            {
                sorted[count - 1] = sorted[i];
            }
            else
            {
                sorted[count++] = sorted[i];
            }
        }

        return new VersionVector(sorted[..count]);
    }

    /// <summary>Whether this vector claims <paramref name="dot"/>.</summary>
    public bool Contains(Dot dot) => dot.Counter <= this[dot.ReplicaIndex];

    /// <summary>This vector raised to claim <paramref name="dot"/>; the same instance where it already does.</summary>
    public VersionVector With(Dot dot)
    {
        int at = Find(_entries, dot.ReplicaIndex);
        if (at >= 0)
        {
            if (_entries[at] >= dot)
            {
                return this;
            }

            Dot[] raised = (Dot[])_entries.Clone();
            raised[at] = dot;
            return new VersionVector(raised);
        }

        var grown = new Dot[_entries.Length + 1];
        _entries.AsSpan(0, ~at).CopyTo(grown);
        grown[~at] = dot;
        _entries.AsSpan(~at).CopyTo(grown.AsSpan(~at + 1));
        return new VersionVector(grown);
    }

    /// <summary>This vector without its entry for a replica; the same instance where it has none.</summary>
    public VersionVector Without(int replicaIndex)
    {
        int at = Find(_entries, replicaIndex);
        return at < 0 ? this : new VersionVector([.. _entries[..at], .. _entries[(at + 1)..]]);
    }

    /// <summary>The least vector that claims what either claims (the join).</summary>
    public VersionVector Merge(VersionVector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (IsDominatedBy(other))
        {
            return other;
        }

        if (other.IsDominatedBy(this))
        {
            return this;
        }

        var merged = new Dot[_entries.Length + other._entries.Length];
        int count = 0;
        int i = 0;
        int j = 0;
        while (i < _entries.Length && j < other._entries.Length)
        {
            Dot left = _entries[i];
            Dot right = other._entries[j];
            if (left.ReplicaIndex == right.ReplicaIndex)
            {
                merged[count++] = left > right ? left : right;
                i++;
                j++;
            }
            else
            {
                merged[count++] = left < right ? _entries[i++] : other._entries[j++];
            }
        }

        _entries.AsSpan(i).CopyTo(merged.AsSpan(count));
        count += _entries.Length - i;
        other._entries.AsSpan(j).CopyTo(merged.AsSpan(count));
        count += other._entries.Length - j;
        return new VersionVector(merged[..count]);
    }

    /// <summary>The greatest vector that claims only what both claim (the meet).</summary>
    public VersionVector Minimum(VersionVector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var common = new List<Dot>(Math.Min(Count, other.Count));
        foreach (Dot entry in _entries)
        {
            long counter = Math.Min(entry.Counter, other[entry.ReplicaIndex]);
            if (counter > 0)
            {
                common.Add(new Dot(entry.ReplicaIndex, counter));
            }
        }

        return common.Count == 0 ? Empty : new VersionVector([.. common]);
    }

    /// <summary>Whether <paramref name="other"/> claims all that this vector claims (this ≤ other).</summary>
    public bool IsDominatedBy(VersionVector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        int j = 0;
        foreach (Dot entry in _entries)
        {
            while (j < other._entries.Length && other._entries[j].ReplicaIndex < entry.ReplicaIndex)
            {
                j++;
            }

            if (j == other._entries.Length || other._entries[j].ReplicaIndex != entry.ReplicaIndex
                || other._entries[j] < entry)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>How this vector stands to <paramref name="other"/>.</summary>
    public CausalRelation Compare(VersionVector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (IsDominatedBy(other), other.IsDominatedBy(this)) switch
        {
            (true, true) => CausalRelation.Equal,
            (true, false) => CausalRelation.Before,
            (false, true) => CausalRelation.After,
            _ => CausalRelation.Concurrent,
        };
    }

    /// <inheritdoc/>
    public bool Equals(VersionVector? other) =>
        other is not null && (ReferenceEquals(this, other) || _entries.AsSpan().SequenceEqual(other._entries));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VersionVector);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (Dot entry in _entries)
        {
            hash.Add(entry.Value);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(' ', _entries)}]";

    // The index of the replica's entry, or the complement of where it would stand.
    private static int Find(ReadOnlySpan<Dot> entries, int replicaIndex)
    {
        int low = 0;
        int high = entries.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int index = entries[middle].ReplicaIndex;
            if (index == replicaIndex)
            {
                return middle;
            }

            if (index < replicaIndex)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return ~low;
    }
}
