namespace Ordo.Sync.Replication.Outcomes;

/// <summary>An outcome in the log of a device.</summary>
/// <param name="Scope">The scope written to.</param>
/// <param name="Entry">What became of the write.</param>
/// <param name="UnixMilliseconds">When this device learnt of it, in Unix milliseconds.</param>
public sealed record LoggedOutcome(string Scope, OutcomeEntry Entry, long UnixMilliseconds);
