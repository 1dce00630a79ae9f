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
    private readonly BlobResponderOptions _options;
    private readonly BlobAttachments _attachments;
    private readonly BlobGate _gate = new();
    private readonly ManifestCache _offers = new();
    private readonly ManifestCache _manifests = new();

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
        _options = options;
        _attachments = new BlobAttachments(store, time);
        Collector = new BlobCollector(blobs, store, _attachments, _gate, _manifests, time);
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
        BlobManifest manifest = offer.Manifest;
        if (manifest.Length > _options.BlobBytesMax)
        {
            throw new SyncException(
                SyncErrorCode.TooLarge,
                $"The blob has {manifest.Length} bytes; {_options.BlobBytesMax} are the most here.",
                "Raise the hub's limit.");
        }

        using IDisposable entered = await _gate.EnterAsync(manifest.Id, cancellationToken).ConfigureAwait(false);
        BlobManifest? held = await _blobs.GetManifestAsync(manifest.Id, cancellationToken).ConfigureAwait(false);
        bool isWhole = held is not null && await HoldsAllAsync(held, cancellationToken).ConfigureAwait(false);
        if (isWhole && await _attachments.IsAttachedAsync(manifest.Id, offer.Scope, cancellationToken).ConfigureAwait(false))
        {
            return new BlobOfferAnswer([]);
        }

        ImmutableArray<int> missing = await FindMissingAsync(offer, cancellationToken).ConfigureAwait(false);
        if (!missing.IsEmpty)
        {
            await _attachments.OfferAsync(offer, _options.ScopeBytesMax, cancellationToken).ConfigureAwait(false);
            _offers.Add(BlobEntries.Key(manifest.Id.Hash, offer.Scope), manifest);
            return new BlobOfferAnswer(missing);
        }

        await CompleteAsync(offer, isWhole ? held : null, cancellationToken).ConfigureAwait(false);
        return new BlobOfferAnswer([]);
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
        BlobManifest manifest = await FindOfferAsync(blob, scope, cancellationToken).ConfigureAwait(false)
            ?? throw new SyncException(
                SyncErrorCode.TransferVoid, $"The blob {blob} was not offered in the scope '{scope}'.", "Offer it first.");
        BlobChunk chunk = ChunkAt(manifest, index);
        if (lengthClaimed is { } length && length != chunk.Length)
        {
            throw BlobFailures.ChunkDamaged(chunk, $"is announced with {length} bytes; it has {chunk.Length}");
        }

        await _blobs.PutChunkAsync(content, chunk, cancellationToken).ConfigureAwait(false);
        await _attachments.GrantAsync(chunk, scope, cancellationToken).ConfigureAwait(false);
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
        BlobChunk chunk = ChunkAt(manifest, index);
        return await _blobs.OpenChunkAsync(chunk, cancellationToken).ConfigureAwait(false) is { } content
            ? (content, chunk)
            : throw await NotWholeAsync(blob, scope, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The blobs that the scope should have and that are not held in full: who has one may offer it.</summary>
    public ValueTask<ImmutableArray<BlobId>> ListWantedAsync(string scope, CancellationToken cancellationToken = default) =>
        Collector.ListWantedAsync(scope, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        Collector.Dispose();
        _gate.Dispose();
    }

    private async ValueTask<ImmutableArray<int>> FindMissingAsync(BlobOffer offer, CancellationToken cancellationToken)
    {
        bool[] granted = await _attachments
            .FindGrantedAsync(offer.Manifest, offer.Scope, cancellationToken).ConfigureAwait(false);
        var missing = ImmutableArray.CreateBuilder<int>();
        for (int i = 0; i < granted.Length; i++)
        {
            if (!granted[i] || !await _blobs.HasChunkAsync(offer.Manifest.Chunks[i], cancellationToken).ConfigureAwait(false))
            {
                missing.Add(i);
            }
        }

        return missing.ToImmutable();
    }

    private async ValueTask CompleteAsync(BlobOffer offer, BlobManifest? whole, CancellationToken cancellationToken)
    {
        BlobManifest manifest = offer.Manifest;
        try
        {
            // Held in full under whichever cut: its hash was verified then, and the sender has shown all of the content.
            if (whole is null || !whole.Chunks.SequenceEqual(manifest.Chunks))
            {
                await BlobVerifier.VerifyAsync(_blobs, manifest, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (SyncException exception) when (exception.Code == SyncErrorCode.BlobDamaged)
        {
            await _attachments.WithdrawAsync(manifest, offer.Scope, cancellationToken).ConfigureAwait(false);
            _offers.Remove(BlobEntries.Key(manifest.Id.Hash, offer.Scope));
            throw;
        }

        if (whole is null)
        {
            // A manifest whose chunks have gone gives way to one whose chunks are here.
            await _blobs.RemoveManifestAsync(manifest.Id, removesChunks: false, cancellationToken).ConfigureAwait(false);
            await _blobs.PutManifestAsync(manifest, cancellationToken).ConfigureAwait(false);
            _manifests.Remove(manifest.Id.ToString());
        }

        await _attachments.AttachAsync(manifest, offer.Scope, cancellationToken).ConfigureAwait(false);
        _offers.Remove(BlobEntries.Key(manifest.Id.Hash, offer.Scope));
    }

    private async ValueTask<bool> HoldsAllAsync(BlobManifest manifest, CancellationToken cancellationToken)
    {
        foreach (BlobChunk chunk in manifest.Chunks)
        {
            if (!await _blobs.HasChunkAsync(chunk, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private async ValueTask<BlobManifest?> FindOfferAsync(BlobId blob, string scope, CancellationToken cancellationToken)
    {
        string key = BlobEntries.Key(blob.Hash, scope);
        if (_offers.Find(key) is { } cached)
        {
            return cached;
        }

        BlobManifest? stored = await _attachments.FindOfferAsync(blob, scope, cancellationToken).ConfigureAwait(false);
        if (stored is not null)
        {
            _offers.Add(key, stored);
        }

        return stored;
    }

    private async ValueTask<SyncException> NotWholeAsync(BlobId blob, string scope, CancellationToken cancellationToken)
    {
        _manifests.Remove(blob.ToString());
        await _attachments.WantAsync(blob, scope, cancellationToken).ConfigureAwait(false);
        return new SyncException(
            SyncErrorCode.BlobMissing,
            $"The blob {blob} is attached in the scope '{scope}' but not whole here any more.",
            "It is asked of the devices that have it; try again later.");
    }

    private static BlobChunk ChunkAt(BlobManifest manifest, int index) => (uint)index < (uint)manifest.Chunks.Length
        ? manifest.Chunks[index]
        : throw new SyncException(
            SyncErrorCode.Malformed, $"The blob {manifest.Id} has {manifest.Chunks.Length} chunks; there is no chunk {index}.");

    // The same words whether it exists elsewhere or not at all.
    private static SyncException NotAttached(BlobId blob, string scope) => new(
        SyncErrorCode.BlobMissing,
        $"The blob {blob} is not attached in the scope '{scope}'.",
        "Its writer may not have sent it yet; try again later.");
}
