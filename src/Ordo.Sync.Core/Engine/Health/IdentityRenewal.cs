using Ordo.Sync.Causality;

namespace Ordo.Sync.Engine.Health;

/// <summary>
/// A store of this device took a new identity, since it may be a copy, or have been put back: nothing is lost, but whoever copied the
/// device should know that it was noticed.
/// </summary>
/// <param name="Store">The store: a file name, a folder.</param>
/// <param name="Replica">Its identity from then on.</param>
/// <param name="Reason">What was found, for people.</param>
/// <param name="At">When, by this machine's clock.</param>
public sealed record IdentityRenewal(string Store, ReplicaId Replica, string Reason, DateTimeOffset At);
