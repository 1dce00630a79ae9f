namespace Ordo.Sync.Engine;

/// <summary>What a device holds of a scope.</summary>
/// <param name="RecordCount">The live records.</param>
/// <param name="Digest">
/// The digest of all versions; two replicas that know the same have the same, so equal digests prove convergence.
/// </param>
/// <param name="PendingCount">Operations not yet acknowledged by the hub.</param>
/// <param name="IsComplete">Whether the first transfer has ended; before, records may be used but some are missing.</param>
public sealed record ScopeStatus(long RecordCount, UInt128 Digest, long PendingCount, bool IsComplete);
