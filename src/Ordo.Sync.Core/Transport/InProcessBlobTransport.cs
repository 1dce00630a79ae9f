using System.Buffers;
using System.Collections.Immutable;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Transport;

/// <summary>The way of blobs to a peer in the same process, through the messages' wire form. It checks no rights.</summary>
/// <param name="peer">The peer.</param>
public sealed class InProcessBlobTransport(BlobResponder peer) : IBlobTransport
{
    /// <inheritdoc/>
    public string PeerName => "in-process";

    /// <inheritdoc/>
    public async ValueTask<BlobOfferAnswer> OfferAsync(BlobOffer offer, CancellationToken cancellationToken = default)
    {
        var request = new ArrayBufferWriter<byte>();
        BlobCodec.Write(request, offer);
        BlobOfferAnswer answer = await peer
            .OfferAsync(BlobCodec.ReadOffer(request.WrittenMemory), cancellationToken).ConfigureAwait(false);
        var response = new ArrayBufferWriter<byte>();
        BlobCodec.Write(response, answer);
        return BlobCodec.ReadOfferAnswer(response.WrittenMemory);
    }

    /// <inheritdoc/>
    public async ValueTask PutChunkAsync(
        string scope, BlobId blob, int index, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await peer.PutChunkAsync(scope, blob, index, stream, content.Length, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<BlobManifest> GetManifestAsync(
        string scope, BlobId blob, CancellationToken cancellationToken = default)
    {
        BlobManifest manifest = await peer.GetManifestAsync(scope, blob, cancellationToken).ConfigureAwait(false);
        return BlobManifestCodec.Decode(BlobManifestCodec.Encode(manifest));
    }

    /// <inheritdoc/>
    public async ValueTask GetChunkAsync(
        string scope, BlobId blob, int index, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        (Stream content, BlobChunk chunk) = await peer
            .OpenChunkAsync(scope, blob, index, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            if (chunk.Length != destination.Length)
            {
                throw new SyncException(
                    SyncErrorCode.Malformed, $"The chunk has {chunk.Length} bytes, {destination.Length} were expected.");
            }

            await content.ReadExactlyAsync(destination, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<BlobId>> ListWantedAsync(string scope, CancellationToken cancellationToken = default) =>
        peer.ListWantedAsync(scope, cancellationToken);
}
