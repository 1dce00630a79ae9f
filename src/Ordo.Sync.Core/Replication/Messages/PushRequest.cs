using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Messages;

/// <summary>Hands a page of changes to a peer.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Replica">The sender's incarnation.</param>
/// <param name="Transfer">Names a transfer in pages, drawn at random by the sender; zero for a single page.</param>
/// <param name="Number">The page's place in the transfer, from 0 on. A repeated number replaces the page.</param>
/// <param name="IsFinal">Whether this page ends the transfer: everything is applied as one batch.</param>
/// <param name="Page">The encoded page.</param>
public sealed record PushRequest(
    string Scope, ReplicaId Replica, UInt128 Transfer, int Number, bool IsFinal, ReadOnlyMemory<byte> Page)
{
    /// <summary>The generation of the scope that the page is of; empty in the first.</summary>
    public ReplicaId Generation { get; init; }

    /// <summary>The link of the lease chain that the receiver last confirmed to the sender; zero before the first.</summary>
    public UInt128 Lease { get; init; }

    /// <summary>The link that takes its place when the push is applied, drawn at random for this push; zero for none.</summary>
    public UInt128 NextLease { get; init; }
}
