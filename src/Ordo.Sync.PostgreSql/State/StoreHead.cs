using Ordo.Sync.Causality;
using Ordo.Sync.PostgreSql.Schema;

namespace Ordo.Sync.PostgreSql.State;

/// <summary>What every transaction reads first of a store. Immutable.</summary>
/// <param name="Replicas">The replica ids met.</param>
/// <param name="SelfIndex">The local index of the present incarnation.</param>
/// <param name="Counter">The last counter issued under it.</param>
/// <param name="JournalSequence">The greatest sequence number the journal has given.</param>
/// <param name="Clock">The store's hybrid clock.</param>
/// <param name="Catalog">The declared indexes.</param>
internal sealed record StoreHead(
    ReplicaTable Replicas, int SelfIndex, long Counter, long JournalSequence, HybridTimestamp Clock, Catalog Catalog)
{
    public ReplicaId Replica => Replicas[SelfIndex];
}
