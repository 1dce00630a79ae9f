using System.Collections.Immutable;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Transport;

/// <summary>
/// The way of blobs to a peer, apart from that of records. Each call is one round trip; every call may be repeated after any
/// failure. Implementations are thread-safe and keep no session.
/// </summary>
/// <remarks>
/// Every failure is a <see cref="SyncException"/> with a code of the 200s or 300s, as with <see cref="ISyncTransport"/>.
/// </remarks>
public interface IBlobTransport
{
    /// <summary>What the peer is called in messages.</summary>
    string PeerName { get; }

    /// <summary>Offers a blob to a scope; learns which chunks the peer wants. None: it has the blob.</summary>
    ValueTask<BlobOfferAnswer> OfferAsync(BlobOffer offer, CancellationToken cancellationToken = default);

    /// <summary>Sends one chunk of a blob that was offered.</summary>
    ValueTask PutChunkAsync(
        string scope, BlobId blob, int index, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Fetches what a blob that is attached in a scope is made of. What comes is the peer's word, to be verified.</summary>
    ValueTask<BlobManifest> GetManifestAsync(string scope, BlobId blob, CancellationToken cancellationToken = default);

    /// <summary>Fetches one chunk; exactly as many bytes as <paramref name="destination"/> has. To be verified.</summary>
    ValueTask GetChunkAsync(
        string scope, BlobId blob, int index, Memory<byte> destination, CancellationToken cancellationToken = default);

    /// <summary>The blobs that the peer should have in a scope and has lost, or never had.</summary>
    ValueTask<ImmutableArray<BlobId>> ListWantedAsync(string scope, CancellationToken cancellationToken = default);
}
