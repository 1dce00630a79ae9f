namespace Ordo.Sync.Replication.Session;

/// <summary>How far a session has come.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="PushedCount">Records sent so far.</param>
/// <param name="PulledCount">Records received so far.</param>
/// <param name="PullTotal">The live records the peer holds: an estimate of what a first pull brings; 0 where unknown.</param>
public readonly record struct SessionProgress(string Scope, int PushedCount, int PulledCount, long PullTotal);
