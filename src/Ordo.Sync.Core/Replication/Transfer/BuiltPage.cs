using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Replication.Transfer;

/// <summary>A page of changes, ready to send.</summary>
/// <param name="Bytes">The encoded page; empty where the transfer is void.</param>
/// <param name="State">The sender's state of the scope in the page's snapshot.</param>
/// <param name="RecordCount">The records in it, those of the engine's own collections not counted.</param>
/// <param name="Next">Where the transfer goes on; <see langword="null"/> where this page is its last.</param>
/// <param name="NextKnown">What the receiver will have received with this page and those before.</param>
public sealed record BuiltPage(
    ReadOnlyMemory<byte> Bytes, ScopeState State, int RecordCount, TransferCursor? Next, GlobalVector NextKnown)
{
    /// <summary>Whether the transfer cannot go on: the sender's incarnation or forgotten vector changed.</summary>
    public bool IsVoid => Bytes.IsEmpty;

    /// <summary>The latest timestamp of the versions whose content is in it.</summary>
    internal HybridTimestamp Latest { get; init; }
}
