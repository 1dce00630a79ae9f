using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Messages;

/// <summary>
/// Where a transfer of changes in several pages goes on. A transfer has stages: the first reads everything up to the sender's
/// knowledge at its beginning, each further one what changed meanwhile, until one fits a page.
/// </summary>
/// <param name="UpTo">The sender's knowledge that bounds the present stage; <see langword="null"/> begins a new stage.</param>
/// <param name="After">The last dot read of the stage; <see langword="null"/> at its beginning.</param>
/// <param name="Sender">The sender's incarnation at the first page; another one voids the transfer.</param>
/// <param name="Forgotten">The sender's forgotten vector at the first page; another one voids the transfer.</param>
/// <param name="IsComplete">Whether the transfer is of all records, because the receiver missed collected deletes.</param>
/// <param name="Stage">The stage, from 1 on.</param>
public sealed record TransferCursor(
    GlobalVector? UpTo, GlobalDot? After, ReplicaId Sender, GlobalVector Forgotten, bool IsComplete, int Stage);
