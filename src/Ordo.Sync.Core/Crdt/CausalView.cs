using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>Views over the vectors of <see cref="Causality"/>. All returned views are immutable and thread-safe.</summary>
public static class CausalView
{
    /// <summary>The view that knows nothing.</summary>
    public static ICausalView Empty { get; } = new VectorView(ReplicaTable.Empty, VersionVector.Empty);

    /// <summary>The view of a vector whose local indexes are those of <paramref name="replicas"/>.</summary>
    public static ICausalView Of(ReplicaTable replicas, VersionVector vector)
    {
        ArgumentNullException.ThrowIfNull(replicas);
        ArgumentNullException.ThrowIfNull(vector);
        return new VectorView(replicas, vector);
    }

    private sealed class VectorView(ReplicaTable replicas, VersionVector vector) : ICausalView
    {
        public long KnownUpTo(ReplicaId replica)
        {
            int index = replicas.IndexOf(replica);
            return index < 0 ? 0 : vector[index];
        }
    }
}
