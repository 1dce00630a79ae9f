using System.Globalization;

namespace Ordo.Sync.Causality;

/// <summary>
/// The identity of one version: (replica, counter) in one positive 64-bit integer, a 19-bit <em>local</em> replica index
/// above a 44-bit counter. These are the 8 bytes of causal metadata that a record carries.
/// </summary>
/// <remarks>
/// The index is that of one store's <see cref="ReplicaTable"/> and means nothing elsewhere; dots are translated through
/// replica ids when they travel, and are never ordered by index across stores. Counters begin at 1 and a replica never
/// issues one twice. Source: dotted version vectors (Preguiça, Baquero, Almeida, Fonte, Gonçalves 2010).
/// </remarks>
public readonly record struct Dot : IComparable<Dot>
{
    /// <summary>The bits of the counter: 44, which lasts 223 years at 2,500 writes a second.</summary>
    public const int CounterBits = 44;

    /// <summary>The greatest counter.</summary>
    public const long CounterMax = (1L << CounterBits) - 1;

    /// <summary>The greatest local replica index: 524,287.</summary>
    public const int ReplicaIndexMax = (1 << 19) - 1;

    /// <summary>Makes a dot of a local replica index and a counter from 1 on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index or the counter is outside its bits.</exception>
    public Dot(int replicaIndex, long counter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(replicaIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(replicaIndex, ReplicaIndexMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(counter, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(counter, CounterMax);
        Value = ((long)replicaIndex << CounterBits) | counter;
    }

    private Dot(long value) => Value = value;

    /// <summary>The packed integer: what a store keeps and indexes.</summary>
    public long Value { get; }

    /// <summary>The local index of the replica that issued this dot.</summary>
    public int ReplicaIndex => (int)(Value >> CounterBits);

    /// <summary>The replica's counter when it issued this dot.</summary>
    public long Counter => Value & CounterMax;

    /// <summary>Reads a dot from its packed integer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The integer is negative or its counter is zero.</exception>
    public static Dot FromValue(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfZero(value & CounterMax, nameof(value));
        return new Dot(value);
    }

    /// <summary>Order by packed integer: stable within one store, meaningless between two.</summary>
    public int CompareTo(Dot other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ReplicaIndex}:{Counter}");

    /// <summary>Order by packed integer.</summary>
    public static bool operator <(Dot left, Dot right) => left.Value < right.Value;

    /// <summary>Order by packed integer.</summary>
    public static bool operator >(Dot left, Dot right) => left.Value > right.Value;

    /// <summary>Order by packed integer.</summary>
    public static bool operator <=(Dot left, Dot right) => left.Value <= right.Value;

    /// <summary>Order by packed integer.</summary>
    public static bool operator >=(Dot left, Dot right) => left.Value >= right.Value;
}
