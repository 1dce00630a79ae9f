using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Replication.Session;

/// <summary>How far a transfer in pages to this replica has come; durable with the pages themselves.</summary>
/// <param name="Transfer">Names the transfer in the inbox.</param>
/// <param name="StagedCount">The pages in the inbox.</param>
/// <param name="Known">What to name as known in the next request.</param>
/// <param name="Cursor">Where to go on.</param>
public sealed record PullProgress(UInt128 Transfer, int StagedCount, GlobalVector Known, TransferCursor Cursor);
