using System.Globalization;

namespace Ordo.Sync.Causality;

/// <summary>A version's identity in the form that means the same on every replica.</summary>
/// <param name="Replica">The incarnation that issued the version.</param>
/// <param name="Counter">Its counter then, from 1 on.</param>
public readonly record struct GlobalDot(ReplicaId Replica, long Counter) : IComparable<GlobalDot>
{
    /// <summary>Order by replica id, then counter: the same everywhere.</summary>
    public int CompareTo(GlobalDot other)
    {
        int byReplica = Replica.CompareTo(other.Replica);
        return byReplica != 0 ? byReplica : Counter.CompareTo(other.Counter);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Replica}:{Counter}");

    /// <summary>Earlier in the order.</summary>
    public static bool operator <(GlobalDot left, GlobalDot right) => left.CompareTo(right) < 0;

    /// <summary>Later in the order.</summary>
    public static bool operator >(GlobalDot left, GlobalDot right) => left.CompareTo(right) > 0;

    /// <summary>Earlier or the same.</summary>
    public static bool operator <=(GlobalDot left, GlobalDot right) => left.CompareTo(right) <= 0;

    /// <summary>Later or the same.</summary>
    public static bool operator >=(GlobalDot left, GlobalDot right) => left.CompareTo(right) >= 0;
}
