using System.Collections.Immutable;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// The side that takes and gives blobs: a hub's. It answers for one scope at a time; its callers have checked that the peer may
/// write or read there. Holds no session: uploads under way are in the record store. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// A blob is brought into a scope, and read out of a scope in which it is attached. What other scopes hold counts for nothing
/// in an answer: a chunk that is stored already but was never sent into this scope is asked for like one that is not stored, and
/// what comes is hashed. So to know a hash gains nothing, and nobody learns from an answer what other scopes hold; what is
/// saved is disk space, and within a scope also transfers.
/// </para>
/// <para>
/// A blob is attached once its chunks, put together, have its hash. Until then nothing of it can be read.
/// </para>
/// </remarks>
public sealed class BlobResponder : IDisposable
{
    private readonly IBlobStore _blobs;
    private readonly BlobAttachments _attachments;
    private readonly WantedBlobs _wanted;
    private readonly BlobGate _gate = new();
    private readonly RecentlyUsed<BlobManifest> _manifests = new(static manifest => manifest.Chunks.Length);
    private readonly BlobUploads _uploads;

    /// <summary>Makes a responder.</summary>
    /// <param name="blobs">The content, open.</param>
    /// <param name="store">The records' store, open: remembers attachments and uploads in its local entries.</param>
    /// <param name="options">What callers are allowed.</param>
    /// <param name="time">The clock.</param>
    public BlobResponder(IBlobStore blobs, IRecordStore store, BlobResponderOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _blobs = blobs;
        _attachments = new BlobAttachments(store, time);
        _wanted = new WantedBlobs(store);
        _uploads = new BlobUploads(blobs, new BlobOffers(store, time), _attachments, _gate, _manifests, options);
        var removal = new BlobRemoval(
            blobs, _attachments, _wanted, new BlobRemovalNotes(store, time), _gate, _manifests, time);
        Collector = new BlobCollector(blobs, store, _attachments, _wanted, _uploads, removal, time);
    }

    /// <summary>Removes what nothing refers to any more.</summary>
    public BlobCollector Collector { get; }

    /// <summary>Takes an offer: says which chunks to send, or, when none is missing, verifies the whole and attaches it.</summary>
    /// <exception cref="SyncException">
    /// <see cref="SyncErrorCode.TooLarge"/>, <see cref="SyncErrorCode.QuotaExceeded"/>: no room.
    /// <see cref="SyncErrorCode.BlobDamaged"/>: the chunks make up other content than the blob's; the upload is void.
    /// </exception>
    public async ValueTask<BlobOfferAnswer> OfferAsync(BlobOffer offer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offer);
        return await _uploads.OfferAsync(offer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes one chunk of a blob that was offered.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="index">Which of its chunks.</param>
    /// <param name="content">The content; read no further than one byte behind the chunk's end.</param>
    /// <param name="lengthClaimed">The length that the sender has announced; <see langword="null"/> where it has not.</param>
    /// <param name="cancellationToken">Ends the work; nothing is kept then.</param>
    /// <exception cref="SyncException">
    /// <see cref="SyncErrorCode.TransferVoid"/>: the blob was not offered in this scope, or too long ago: offer it.
    /// <see cref="SyncErrorCode.BlobDamaged"/>: the content is not that of the chunk.
    /// </exception>
    public async ValueTask PutChunkAsync(
        string scope,
        BlobId blob,
        int index,
        Stream content,
        long? lengthClaimed = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(content);
        await _uploads.PutChunkAsync(scope, blob, index, content, lengthClaimed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The manifest of a blob that is attached in a scope.</summary>
    /// <exception cref="SyncException"><see cref="SyncErrorCode.BlobMissing"/>: it is not, or not whole any more.</exception>
    public async ValueTask<BlobManifest> GetManifestAsync(
        string scope, BlobId blob, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        if (!await _attachments.IsAttachedAsync(blob, scope, cancellationToken).ConfigureAwait(false))
        {
            throw NotAttached(blob, scope);
        }

        string key = blob.ToString();
        if (_manifests.Find(key) is { } cached)
        {
            return cached;
        }

        if (await _blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false) is not { } manifest)
        {
            throw await NotWholeAsync(blob, scope, cancellationToken).ConfigureAwait(false);
        }

        _manifests.Add(key, manifest);
        return manifest;
    }

    /// <summary>Opens a chunk of a blob that is attached in a scope, verified, at its beginning.</summary>
    /// <exception cref="SyncException"><see cref="SyncErrorCode.BlobMissing"/>: it is not, or not whole any more.</exception>
    public async ValueTask<(Stream Content, BlobChunk Chunk)> OpenChunkAsync(
        string scope, BlobId blob, int index, CancellationToken cancellationToken = default)
    {
        BlobManifest manifest = await GetManifestAsync(scope, blob, cancellationToken).ConfigureAwait(false);
        BlobChunk chunk = BlobUploads.ChunkAt(manifest, index);
        return await _blobs.OpenChunkAsync(chunk, cancellationToken).ConfigureAwait(false) is { } content
            ? (content, chunk)
            : throw await NotWholeAsync(blob, scope, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The blobs that the scope should have and that are not held in full: who has one may offer it.</summary>
    public ValueTask<ImmutableArray<BlobId>> ListWantedAsync(string scope, CancellationToken cancellationToken = default) =>
        _wanted.ListAsync(scope, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        Collector.Dispose();
        _uploads.Dispose();
        _gate.Dispose();
    }

    private async ValueTask<SyncException> NotWholeAsync(BlobId blob, string scope, CancellationToken cancellationToken)
    {
        _manifests.Remove(blob.ToString());
        await _wanted.AddAsync(blob, scope, cancellationToken).ConfigureAwait(false);
        return new SyncException(
            SyncErrorCode.BlobMissing,
            $"The blob {blob} is attached in the scope '{scope}' but not whole here any more.",
            "It is asked of the devices that have it; try again later.");
    }

    // The same words whether it exists elsewhere or not at all.
    private static SyncException NotAttached(BlobId blob, string scope) => new(
        SyncErrorCode.BlobMissing,
        $"The blob {blob} is not attached in the scope '{scope}'.",
        "Its writer may not have sent it yet; try again later.");
}
