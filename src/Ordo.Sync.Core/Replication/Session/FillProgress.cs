using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Session;

/// <summary>How far the first transfer of a scope has come; durable with its records.</summary>
/// <param name="After">The last key received.</param>
/// <param name="Knowledge">The sender's knowledge at the first page: what is claimed at the end.</param>
/// <param name="Forgotten">The sender's forgotten vector at the first page; another one voids the fill.</param>
/// <param name="IsReceived">
/// Whether the last page has come. The fill lasts until a pull has settled the exceptions that its pages left.
/// </param>
public sealed record FillProgress(RecordKey After, GlobalVector Knowledge, GlobalVector Forgotten, bool IsReceived);
