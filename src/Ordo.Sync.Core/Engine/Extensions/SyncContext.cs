namespace Ordo.Sync.Engine.Extensions;

/// <summary>A sync about to begin, or ended.</summary>
/// <param name="Scopes">The scopes it is of.</param>
/// <param name="Peer">What the peer is called: a hub's address.</param>
public sealed record SyncContext(IReadOnlyCollection<string> Scopes, string Peer);
