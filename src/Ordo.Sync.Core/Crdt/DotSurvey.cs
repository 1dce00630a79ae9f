using System.Runtime.InteropServices;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>What a document's elements reach: the least and the greatest counter of each replica, and the latest timestamp.</summary>
internal sealed class DotSurvey
{
    private readonly Dictionary<ReplicaId, (long Least, long Greatest)> _reach = [];

    /// <summary>The latest timestamp of a register's value; the default where there is none.</summary>
    public HybridTimestamp Latest { get; private set; }

    /// <summary>The greatest dot of each replica.</summary>
    public IEnumerable<GlobalDot> Greatest => _reach.Select(entry => new GlobalDot(entry.Key, entry.Value.Greatest));

    /// <summary>Whether nothing was added.</summary>
    public bool IsEmpty => _reach.Count == 0;

    public void Add(ReplicaId replica, long counter)
    {
        ref (long Least, long Greatest) reach =
            ref CollectionsMarshal.GetValueRefOrAddDefault(_reach, replica, out bool isThere);
        reach = isThere ? (Math.Min(counter, reach.Least), Math.Max(counter, reach.Greatest)) : (counter, counter);
    }

    public void Add(HybridTimestamp timestamp) => Latest = timestamp > Latest ? timestamp : Latest;

    /// <summary>An element that a view does not know; <see langword="null"/> where it knows all of them.</summary>
    public GlobalDot? FindUnknown(ICausalView view)
    {
        foreach ((ReplicaId replica, (_, long counter)) in _reach)
        {
            if (!view.Contains(replica, counter))
            {
                return new GlobalDot(replica, counter);
            }
        }

        return null;
    }

    /// <summary>Whether a view knows none of the elements. Of the runs of texts and lists only the ends count.</summary>
    public bool IsAllNewTo(ICausalView view)
    {
        foreach ((ReplicaId replica, (long counter, _)) in _reach)
        {
            if (view.Contains(replica, counter))
            {
                return false;
            }
        }

        return true;
    }
}
