using Ordo.Sync.Model.Tests.Causality;

namespace Ordo.Sync.Model.Tests.State;

/// <summary>
/// One version of a record. Contents are small numbers, so that equal contents meet; 0 is the tombstone.
/// </summary>
internal sealed class Version(Dot dot, ulong replicaId, int timestamp, int content)
{
    public const int Tombstone = 0;

    public Dot Dot { get; } = dot;

    /// <summary>The random id behind the dot's incarnation: incarnations are never ordered by their numbers.</summary>
    public ulong ReplicaId { get; } = replicaId;

    /// <summary>The hybrid timestamp; one number stands for milliseconds and counter.</summary>
    public int Timestamp { get; } = timestamp;

    public int Content { get; } = content;

    public bool IsTombstone => Content == Tombstone;

    /// <summary>The total order of last write wins: (timestamp, replica id, counter).</summary>
    public bool WinsOver(Version other)
    {
        if (Timestamp != other.Timestamp)
        {
            return Timestamp > other.Timestamp;
        }

        return ReplicaId != other.ReplicaId ? ReplicaId > other.ReplicaId : Dot.Counter > other.Dot.Counter;
    }
}
