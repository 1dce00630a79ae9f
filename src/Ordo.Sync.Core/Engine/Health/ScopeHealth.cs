using Ordo.Sync.Errors;

namespace Ordo.Sync.Engine.Health;

/// <summary>How the sync of a scope is doing.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="InStepAt">
/// When it was last known to hold all that the hub had; <see langword="null"/> where that was not so since the engine was made.
/// </param>
/// <param name="Error">Why its last sync failed; <see langword="null"/> where it did not.</param>
public sealed record ScopeHealth(string Scope, DateTimeOffset? InStepAt, SyncException? Error);
