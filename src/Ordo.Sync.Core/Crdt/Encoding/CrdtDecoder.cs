using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>What is common to one decoding: the replica table, the limits, the depth reached.</summary>
internal sealed class CrdtDecoder(IReadOnlyList<ReplicaId> table, CrdtLimits limits, bool isDelta)
{
    private int _depth;

    public IReadOnlyList<ReplicaId> Table => table;

    public CrdtLimits Limits => limits;

    public bool IsDelta => isDelta;

    public void Enter()
    {
        if (++_depth > limits.DepthMax)
        {
            throw new CrdtFormatException($"Maps nest deeper than {limits.DepthMax}.");
        }
    }

    public void Leave() => _depth--;

    public ReplicaId Replica(int index) => (uint)index < (uint)table.Count
        ? table[index]
        : throw new CrdtFormatException($"Replica {index} is named and the table has {table.Count}.");
}
