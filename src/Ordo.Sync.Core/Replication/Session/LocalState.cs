using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Session;

/// <summary>What a session must know of this replica's side of a scope.</summary>
/// <param name="Knowledge">K, without exceptions.</param>
/// <param name="Hash">The hash of knowledge and forgotten vector.</param>
/// <param name="Digest">The digest.</param>
/// <param name="PeerKnowledge">What the peer last said it knows; <see langword="null"/> where it never did.</param>
/// <param name="IsBlank">
/// Whether nothing of others was ever received, nor is the scope of another filled from this one: it may be filled in key order.
/// </param>
/// <param name="HasOrphans">Whether a fill that cannot go on has left exceptions: the scope has to start anew.</param>
/// <param name="Pull">A transfer in pages that an earlier session began.</param>
/// <param name="Fill">A fill that an earlier session began.</param>
public sealed record LocalState(
    GlobalVector Knowledge,
    UInt128 Hash,
    UInt128 Digest,
    GlobalVector? PeerKnowledge,
    bool IsBlank,
    bool HasOrphans,
    PullProgress? Pull,
    FillProgress? Fill)
{
    /// <summary>The generation that the scope is in here; empty in the first.</summary>
    public ReplicaId Generation { get; init; }
}
