using Ordo.Sync.Causality;

namespace Ordo.Sync.Sqlite.Schema;

/// <summary>What a migration may need beside the database.</summary>
/// <param name="Entropy">Draws the replica id of a new store.</param>
/// <param name="Time">Dates the store's creation.</param>
internal sealed record MigrationContext(EntropySource Entropy, TimeProvider Time);
