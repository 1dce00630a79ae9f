using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Journal;

/// <summary>
/// One operation of this replica that no peer has acknowledged yet. Written in the commit of the data it describes, removed
/// in the commit that records the acknowledgement.
/// </summary>
/// <param name="Scope">The scope of the record.</param>
/// <param name="Key">The record.</param>
/// <param name="Dot">The version that the operation wrote.</param>
/// <param name="Timestamp">The version's hybrid timestamp.</param>
/// <param name="Kind">What was done.</param>
/// <param name="Content">
/// The version's content where the collection keeps an audit history, so that versions overwritten while offline reach it;
/// empty otherwise.
/// </param>
public sealed record JournalEntry(
    string Scope,
    RecordKey Key,
    Dot Dot,
    HybridTimestamp Timestamp,
    OperationKind Kind,
    ReadOnlyMemory<byte> Content = default)
{
    /// <summary>The place in the order of operations, given by the store at commit; 0 before.</summary>
    public long Sequence { get; init; }
}
