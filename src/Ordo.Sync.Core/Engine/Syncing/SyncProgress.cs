namespace Ordo.Sync.Engine.Syncing;

/// <summary>How far a sync has come.</summary>
/// <param name="Scope">The scope at work.</param>
/// <param name="PushedCount">Records of it sent so far.</param>
/// <param name="PulledCount">Records of it received so far.</param>
/// <param name="PullTotal">The live records the hub holds of it: what a first sync brings; 0 where unknown.</param>
public readonly record struct SyncProgress(string Scope, int PushedCount, int PulledCount, long PullTotal);
