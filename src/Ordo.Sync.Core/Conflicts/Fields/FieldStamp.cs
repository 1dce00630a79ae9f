using Ordo.Sync.Causality;

namespace Ordo.Sync.Conflicts.Fields;

/// <summary>
/// When and by whom a field was last written: the identity of the version that wrote it. Ordered by timestamp, replica
/// and
/// counter; the author takes no part in the order.
/// </summary>
/// <param name="Timestamp">The hybrid timestamp of the version.</param>
/// <param name="Replica">The replica that issued the version's dot.</param>
/// <param name="Counter">The dot's counter.</param>
/// <param name="Author">Who wrote it, as the app named them; empty where it did not.</param>
public readonly record struct FieldStamp(HybridTimestamp Timestamp, ReplicaId Replica, long Counter, string Author)
    : IComparable<FieldStamp>
{
    /// <inheritdoc/>
    public int CompareTo(FieldStamp other)
    {
        int order = Timestamp.CompareTo(other.Timestamp);
        order = order != 0 ? order : Replica.CompareTo(other.Replica);
        return order != 0 ? order : Counter.CompareTo(other.Counter);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Timestamp} {Replica}:{Counter}{(Author is "" ? Author : $" by {Author}")}";

    /// <summary>Earlier.</summary>
    public static bool operator <(FieldStamp left, FieldStamp right) => left.CompareTo(right) < 0;

    /// <summary>Later.</summary>
    public static bool operator >(FieldStamp left, FieldStamp right) => left.CompareTo(right) > 0;

    /// <summary>Earlier or of the same version.</summary>
    public static bool operator <=(FieldStamp left, FieldStamp right) => left.CompareTo(right) <= 0;

    /// <summary>Later or of the same version.</summary>
    public static bool operator >=(FieldStamp left, FieldStamp right) => left.CompareTo(right) >= 0;
}
