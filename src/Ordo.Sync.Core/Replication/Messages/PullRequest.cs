using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Messages;

/// <summary>Asks for what the caller lacks of a scope. The answerer keeps no state: every request carries all of it.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Replica">The caller's incarnation.</param>
/// <param name="StateHash">The hash of the caller's knowledge and forgotten vector; equal hashes mean nothing to do.</param>
/// <param name="Digest">The caller's digest of the scope; compared where the hashes are equal.</param>
/// <param name="Known">
/// What the caller knows, or has staged so far; <see langword="null"/> where it hopes that the hashes are equal, and will ask
/// again with its knowledge if they are not.
/// </param>
/// <param name="BytesMax">The bytes the page should have at most.</param>
public sealed record PullRequest(
    string Scope, ReplicaId Replica, UInt128 StateHash, UInt128 Digest, GlobalVector? Known, int BytesMax)
{
    /// <summary>Where a transfer in pages goes on; <see langword="null"/> for the first page.</summary>
    public TransferCursor? Cursor { get; init; }

    /// <summary>The generation of the scope that the caller is in; empty in the first.</summary>
    public ReplicaId Generation { get; init; }

    /// <summary>Whether to send records in key order to a replica that holds nothing of the scope.</summary>
    public FillCursor? Fill { get; init; }
}
