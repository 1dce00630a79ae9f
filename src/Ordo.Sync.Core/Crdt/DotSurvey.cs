using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>What a document's elements reach: the greatest counter of each replica, and the latest timestamp.</summary>
internal sealed class DotSurvey
{
    private readonly Dictionary<ReplicaId, long> _greatest = [];

    /// <summary>The latest timestamp of a register's value; the default where there is none.</summary>
    public HybridTimestamp Latest { get; private set; }

    public void Add(ReplicaId replica, long counter) =>
        _greatest[replica] = Math.Max(counter, _greatest.GetValueOrDefault(replica));

    public void Add(HybridTimestamp timestamp) => Latest = timestamp > Latest ? timestamp : Latest;

    /// <summary>An element that a view does not know; <see langword="null"/> where it knows all of them.</summary>
    public GlobalDot? FindUnknown(ICausalView view)
    {
        foreach ((ReplicaId replica, long counter) in _greatest)
        {
            if (!view.Contains(replica, counter))
            {
                return new GlobalDot(replica, counter);
            }
        }

        return null;
    }
}
