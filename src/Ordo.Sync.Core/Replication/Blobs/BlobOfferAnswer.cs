using System.Collections.Immutable;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>What the peer still wants of an offered blob.</summary>
/// <param name="Missing">
/// The indexes of the chunks to send, in order. None: the blob is held in full, verified, and attached in the scope.
/// </param>
public sealed record BlobOfferAnswer(ImmutableArray<int> Missing)
{
    /// <summary>Whether the upload is done.</summary>
    public bool IsComplete => Missing.IsEmpty;
}
