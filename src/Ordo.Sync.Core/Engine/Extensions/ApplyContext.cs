namespace Ordo.Sync.Engine.Extensions;

/// <summary>Changes that a sync brought, committed together.</summary>
/// <param name="Scope">Their scope.</param>
/// <param name="Changes">The records that changed.</param>
public sealed record ApplyContext(string Scope, IReadOnlyList<AppliedChange> Changes);
