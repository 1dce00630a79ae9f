using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication;

/// <summary>
/// A version vector in the form that travels: counters by replica id, sorted by id, so that equal claims are equal bytes on
/// every replica. Immutable and thread-safe.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "A vector is called so, not a collection.")]
public sealed class GlobalVector : IEquatable<GlobalVector>
{
    private GlobalVector(ImmutableArray<GlobalDot> entries) => Entries = entries;

    /// <summary>The vector that claims nothing.</summary>
    public static GlobalVector Empty { get; } = new([]);

    /// <summary>One dot a replica, sorted by replica id.</summary>
    public ImmutableArray<GlobalDot> Entries { get; }

    /// <summary>Whether nothing is claimed.</summary>
    public bool IsEmpty => Entries.IsEmpty;

    /// <summary>The counter of a replica; 0 where it is absent.</summary>
    public long this[ReplicaId replica]
    {
        get
        {
            int low = 0;
            int high = Entries.Length - 1;
            while (low <= high)
            {
                int middle = (low + high) >>> 1;
                int order = Entries[middle].Replica.CompareTo(replica);
                if (order == 0)
                {
                    return Entries[middle].Counter;
                }

                (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
            }

            return 0;
        }
    }

    /// <summary>Builds a vector of dots of different replicas, in any order.</summary>
    /// <exception cref="ArgumentException">A replica occurs twice, or a counter is outside 1 to 2^44 − 1.</exception>
    public static GlobalVector Of(IEnumerable<GlobalDot> dots)
    {
        ImmutableArray<GlobalDot> sorted = dots.ToImmutableArray().Sort();
        for (int i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].Counter is < 1 or > Dot.CounterMax || (i > 0 && sorted[i].Replica == sorted[i - 1].Replica))
            {
                throw new ArgumentException($"A vector names each replica once, with a counter from 1 on: {sorted[i]}.");
            }
        }

        return sorted.IsEmpty ? Empty : new GlobalVector(sorted);
    }

    /// <summary>Translates a vector of one store.</summary>
    public static GlobalVector From(VersionVector vector, ReplicaTable replicas)
    {
        ArgumentNullException.ThrowIfNull(vector);
        ArgumentNullException.ThrowIfNull(replicas);
        if (vector.IsEmpty)
        {
            return Empty;
        }

        var dots = ImmutableArray.CreateBuilder<GlobalDot>(vector.Count);
        foreach (Dot dot in vector.Entries)
        {
            dots.Add(replicas.Globalize(dot));
        }

        dots.Sort();
        return new GlobalVector(dots.MoveToImmutable());
    }

    /// <summary>
    /// Translates to local indexes, leaving out replicas the table does not hold: a store without versions of a replica
    /// answers the same whether or not somebody claims to know some.
    /// </summary>
    public VersionVector ToLocal(ReplicaTable replicas)
    {
        ArgumentNullException.ThrowIfNull(replicas);
        var dots = new List<Dot>(Entries.Length);
        foreach (GlobalDot dot in Entries)
        {
            int index = replicas.IndexOf(dot.Replica);
            if (index >= 0)
            {
                dots.Add(new Dot(index, dot.Counter));
            }
        }

        return VersionVector.Of([.. dots]);
    }

    /// <summary>What both vectors claim: the pointwise minimum.</summary>
    public GlobalVector Within(GlobalVector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Of(Entries
            .Select(dot => new GlobalDot(dot.Replica, Math.Min(dot.Counter, other[dot.Replica])))
            .Where(dot => dot.Counter > 0));
    }

    /// <summary>Whether <paramref name="other"/> claims all that this vector claims.</summary>
    public bool IsDominatedBy(GlobalVector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (GlobalDot dot in Entries)
        {
            if (other[dot.Replica] < dot.Counter)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A hash of the claims: equal vectors have equal hashes on every replica.</summary>
    public UInt128 Hash()
    {
        var hash = new XxHash128();
        Span<byte> entry = stackalloc byte[ReplicaId.SizeBytes + sizeof(long)];
        foreach (GlobalDot dot in Entries)
        {
            dot.Replica.Write(entry);
            BinaryPrimitives.WriteInt64BigEndian(entry[ReplicaId.SizeBytes..], dot.Counter);
            hash.Append(entry);
        }

        return hash.GetCurrentHashAsUInt128();
    }

    /// <inheritdoc/>
    public bool Equals(GlobalVector? other) => other is not null && Entries.AsSpan().SequenceEqual(other.Entries.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GlobalVector);

    /// <inheritdoc/>
    public override int GetHashCode() => Hash().GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(' ', Entries)}]";
}
