using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Messages;

/// <summary>The answer to a pull.</summary>
/// <param name="Status">How it was answered.</param>
/// <param name="Replica">The answerer's incarnation.</param>
/// <param name="UnixMilliseconds">The answerer's clock.</param>
/// <param name="Digest">The answerer's digest of the scope.</param>
/// <param name="Page">The encoded page (see <c>PageReader</c>); empty without one.</param>
public sealed record PullResponse(
    PullStatus Status, ReplicaId Replica, long UnixMilliseconds, UInt128 Digest, ReadOnlyMemory<byte> Page)
{
    /// <summary>Where the transfer goes on; <see langword="null"/> where the page is the last.</summary>
    public TransferCursor? Next { get; init; }

    /// <summary>
    /// What the next request must name as known: grows when a transfer enters a new stage. With
    /// <see cref="PullStatus.Generation"/> what that generation folded.
    /// </summary>
    public GlobalVector? NextKnown { get; init; }

    /// <summary>The link of the lease chain that the answerer holds for the caller in this scope; zero for none.</summary>
    public UInt128 Lease { get; init; }

    /// <summary>
    /// The generation of the scope that the answerer is in; empty in the first. With <see cref="PullStatus.Generation"/> the one that
    /// follows the caller's.
    /// </summary>
    public ReplicaId Generation { get; init; }

    /// <summary>The number of live records the answerer holds of the scope, for progress.</summary>
    public long LiveCount { get; init; }

    /// <summary>The latest timestamp of what is in the page; never sent, since the page says it.</summary>
    internal HybridTimestamp Latest { get; init; }
}
