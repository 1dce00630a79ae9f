using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Session;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>What a sync did for one scope.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Session">What moved; <see langword="null"/> where the session failed.</param>
/// <param name="Error">Why it failed; <see langword="null"/> where it did not.</param>
public sealed record ScopeReport(string Scope, SessionReport? Session, SyncException? Error)
{
    /// <summary>Whether both sides know the same.</summary>
    public bool IsConverged => Session?.Result == SessionResult.Converged;
}
