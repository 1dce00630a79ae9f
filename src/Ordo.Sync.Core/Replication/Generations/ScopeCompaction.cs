using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Generations;

/// <summary>What the compaction of a scope did.</summary>
/// <param name="Scope">The scope, or the lane.</param>
/// <param name="Generation">The generation that the scope is in now; empty in the first.</param>
/// <param name="IsStarted">Whether a generation was started; <see langword="false"/> where it would have saved nothing.</param>
/// <param name="EntriesBefore">The replicas that the scope's knowledge named before.</param>
/// <param name="EntriesAfter">The replicas that it names now.</param>
/// <param name="RecordCount">The records that were written anew.</param>
public sealed record ScopeCompaction(
    string Scope, ReplicaId Generation, bool IsStarted, int EntriesBefore, int EntriesAfter, long RecordCount);
