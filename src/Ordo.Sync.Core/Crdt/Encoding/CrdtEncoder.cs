using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>What is common to one encoding: the replica table and what to leave out.</summary>
internal sealed class CrdtEncoder
{
    public CrdtEncoder(HashSet<ReplicaId> replicas)
    {
        Table = new ReplicaId[replicas.Count];
        replicas.CopyTo(Table);
        Array.Sort(Table);
    }

    /// <summary>The replica ids in byte order, so that equal states have equal tables.</summary>
    public ReplicaId[] Table { get; }

    /// <summary>For a delta: what the receiver knows; null: the whole state.</summary>
    public ICausalView? Since { get; init; }

    /// <summary>Whether removed elements of sequences keep the events that removed them.</summary>
    public bool Removals { get; init; } = true;

    /// <summary>Whether long texts are compressed.</summary>
    public bool Compress { get; init; } = true;

    /// <summary>Whether a value is written at all.</summary>
    public bool Writes(CrdtValue value) => Removals ? value.HasState : value.IsPresent;

    /// <summary>The index of a replica in the table; −1 for one of which nothing is left to write.</summary>
    public int IndexOf(ReplicaId replica) => Math.Max(Array.BinarySearch(Table, replica), -1);
}
