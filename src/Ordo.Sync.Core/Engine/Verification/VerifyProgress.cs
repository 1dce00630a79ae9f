namespace Ordo.Sync.Engine.Verification;

/// <summary>How far a verification has come in a scope.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="RecordCount">The records read so far.</param>
/// <param name="TotalCount">About how many there are.</param>
public sealed record VerifyProgress(string Scope, long RecordCount, long TotalCount);
