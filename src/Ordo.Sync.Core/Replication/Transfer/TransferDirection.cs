namespace Ordo.Sync.Replication.Transfer;

/// <summary>
/// Who asked for a transfer whose pages wait in an inbox. Two replicas may pull from each other and push to each other at once, so
/// that pages of both kinds come from the same sender: neither must take the other's place.
/// </summary>
public enum TransferDirection
{
    /// <summary>The sender pushes.</summary>
    Push,

    /// <summary>The receiver pulls.</summary>
    Pull,
}
