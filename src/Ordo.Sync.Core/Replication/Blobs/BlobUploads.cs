using System.Collections.Immutable;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// How blobs come into scopes: an offer says what is missing, chunks come, and the offer that finds nothing missing verifies the
/// whole and attaches it. Uploads under way are in the record store; what is in memory only saves work. Thread-safe.
/// </summary>
internal sealed class BlobUploads(
    IBlobStore blobs,
    BlobOffers offers,
    BlobAttachments attachments,
    BlobGate gate,
    RecentlyUsed<BlobManifest> manifests,
    BlobResponderOptions options) : IDisposable
{
    // The blobs that are read through at once to be hashed, a longest chunk of memory each.
    private const int ReadingsMax = 4;

    private readonly RecentlyUsed<UploadHash> _underWay = new(static upload => upload.Manifest.Chunks.Length);
    private readonly SemaphoreSlim _readings = new(ReadingsMax, ReadingsMax);

    /// <summary>The chunk of a manifest.</summary>
    /// <exception cref="SyncException">There is no such chunk.</exception>
    public static BlobChunk ChunkAt(BlobManifest manifest, int index) => (uint)index < (uint)manifest.Chunks.Length
        ? manifest.Chunks[index]
        : throw new SyncException(
            SyncErrorCode.Malformed, $"The blob {manifest.Id} has {manifest.Chunks.Length} chunks; there is no chunk {index}.");

    /// <inheritdoc cref="BlobResponder.OfferAsync"/>
    public async ValueTask<BlobOfferAnswer> OfferAsync(BlobOffer offer, CancellationToken cancellationToken)
    {
        BlobManifest manifest = offer.Manifest;
        if (manifest.Length > options.BlobBytesMax)
        {
            throw new SyncException(
                SyncErrorCode.TooLarge,
                $"The blob has {manifest.Length} bytes; {options.BlobBytesMax} are the most here.",
                "Raise the hub's limit.");
        }

        using IDisposable entered = await gate.EnterAsync(manifest.Id, cancellationToken).ConfigureAwait(false);
        if (await FindWholeAsync(manifest.Id, cancellationToken).ConfigureAwait(false) is not null
            && await attachments.RenewAsync(manifest.Id, offer.Scope, cancellationToken).ConfigureAwait(false))
        {
            return new BlobOfferAnswer([]);
        }

        // Also where nothing is missing: the scope must have room, and what collects garbage must know of it until it is attached.
        await offers.AddAsync(offer, options.ScopeBytesMax, cancellationToken).ConfigureAwait(false);

        // Looked for after that is known: a collection elsewhere either has removed it before, or sees the offer and leaves it.
        BlobManifest? whole = await FindWholeAsync(manifest.Id, cancellationToken).ConfigureAwait(false);
        ImmutableArray<int> missing = await FindMissingAsync(offer, cancellationToken).ConfigureAwait(false);
        if (missing.IsEmpty && !await TryCompleteAsync(offer, whole, cancellationToken).ConfigureAwait(false))
        {
            // A chunk was torn by a power failure or has rotted; it is put aside by now, and asked for like others.
            missing = await FindMissingAsync(offer, cancellationToken).ConfigureAwait(false);
            if (missing.IsEmpty)
            {
                throw new SyncException(
                    SyncErrorCode.StoreUnavailable, $"Chunks of the blob {manifest.Id} come and go in {blobs.Name}.", "Check the disk.");
            }
        }

        if (!missing.IsEmpty)
        {
            BeginUpload(offer, missing);
        }

        return new BlobOfferAnswer(missing);
    }

    /// <inheritdoc cref="BlobResponder.PutChunkAsync"/>
    public async ValueTask PutChunkAsync(
        string scope, BlobId blob, int index, Stream content, long? lengthClaimed, CancellationToken cancellationToken)
    {
        UploadHash upload = await FindUploadAsync(blob, scope, cancellationToken).ConfigureAwait(false)
            ?? throw new SyncException(
                SyncErrorCode.TransferVoid, $"The blob {blob} was not offered in the scope '{scope}'.", "Offer it first.");
        BlobChunk chunk = ChunkAt(upload.Manifest, index);
        if (lengthClaimed is { } length && length != chunk.Length)
        {
            throw BlobFailures.ChunkDamaged(chunk, $"is announced with {length} bytes; it has {chunk.Length}");
        }

        await blobs.PutChunkAsync(content, chunk, cancellationToken).ConfigureAwait(false);
        await offers.GrantAsync(chunk, scope, cancellationToken).ConfigureAwait(false);
        if (_readings.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            try
            {
                await upload.AdvanceAsync(blobs, chunk, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _readings.Release();
            }
        }
    }

    /// <summary>Ends an upload that does not go on, where its offer is still the one that was judged.</summary>
    public async ValueTask WithdrawAsync(
        BlobManifest manifest, string scope, ReadOnlyMemory<byte> judged, CancellationToken cancellationToken)
    {
        using IDisposable entered = await gate.EnterAsync(manifest.Id, cancellationToken).ConfigureAwait(false);
        if (await offers.WithdrawAsync(manifest, scope, judged, cancellationToken).ConfigureAwait(false))
        {
            _underWay.Remove(BlobEntries.Key(manifest.Id.Hash, scope));
        }
    }

    public void Dispose() => _readings.Dispose();

    private async ValueTask<ImmutableArray<int>> FindMissingAsync(BlobOffer offer, CancellationToken cancellationToken)
    {
        bool[] granted = await offers
            .FindGrantedAsync(offer.Manifest, offer.Scope, cancellationToken).ConfigureAwait(false);
        var missing = ImmutableArray.CreateBuilder<int>();
        for (int i = 0; i < granted.Length; i++)
        {
            if (!granted[i] || !await blobs.HasChunkAsync(offer.Manifest.Chunks[i], cancellationToken).ConfigureAwait(false))
            {
                missing.Add(i);
            }
        }

        return missing.ToImmutable();
    }

    private void BeginUpload(BlobOffer offer, ImmutableArray<int> missing)
    {
        string key = BlobEntries.Key(offer.Manifest.Id.Hash, offer.Scope);
        if (_underWay.Find(key) is not { } upload || !upload.Manifest.Chunks.SequenceEqual(offer.Manifest.Chunks))
        {
            upload = new UploadHash(offer.Manifest);
            _underWay.Add(key, upload);
        }

        upload.SetMissing(missing);
    }

    // False where a chunk was held by its name and length but not in its content.
    private async ValueTask<bool> TryCompleteAsync(BlobOffer offer, BlobManifest? whole, CancellationToken cancellationToken)
    {
        BlobManifest manifest = offer.Manifest;
        string key = BlobEntries.Key(manifest.Id.Hash, offer.Scope);
        try
        {
            // Held in full under whichever cut: its hash was verified then, and the sender has shown all of the content.
            if (whole is null || !whole.Chunks.SequenceEqual(manifest.Chunks))
            {
                await VerifyAsync(manifest, _underWay.Find(key), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (SyncException exception) when (exception.Code == SyncErrorCode.BlobMissing)
        {
            _underWay.Remove(key);
            return false;
        }
        catch (SyncException exception) when (exception.Code == SyncErrorCode.BlobDamaged)
        {
            await offers.WithdrawAsync(manifest, offer.Scope, cancellationToken).ConfigureAwait(false);
            _underWay.Remove(key);
            throw;
        }

        if (whole is null)
        {
            // A manifest whose chunks have gone gives way to one whose chunks are here.
            await blobs.RemoveManifestAsync(manifest.Id, removesChunks: false, cancellationToken).ConfigureAwait(false);
            await blobs.PutManifestAsync(manifest, cancellationToken).ConfigureAwait(false);
            manifests.Remove(manifest.Id.ToString());
        }

        await attachments.AttachAsync(manifest, offer.Scope, cancellationToken).ConfigureAwait(false);
        _underWay.Remove(key);
        return true;
    }

    private async ValueTask VerifyAsync(BlobManifest manifest, UploadHash? upload, CancellationToken cancellationToken)
    {
        await _readings.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (upload is null
                || !upload.Manifest.Chunks.SequenceEqual(manifest.Chunks)
                || !await upload.IsWholeAsync(blobs, cancellationToken).ConfigureAwait(false))
            {
                await BlobVerifier.VerifyAsync(blobs, manifest, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _readings.Release();
        }
    }

    // The manifest of a blob that is held with all of its chunks, under whichever cut.
    private async ValueTask<BlobManifest?> FindWholeAsync(BlobId blob, CancellationToken cancellationToken)
    {
        BlobManifest? held = await blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false);
        foreach (BlobChunk chunk in held?.Chunks ?? [])
        {
            if (!await blobs.HasChunkAsync(chunk, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
        }

        return held;
    }

    private async ValueTask<UploadHash?> FindUploadAsync(BlobId blob, string scope, CancellationToken cancellationToken)
    {
        string key = BlobEntries.Key(blob.Hash, scope);
        UploadHash? upload = _underWay.Find(key);
        if (upload is null
            && await offers.FindAsync(blob, scope, cancellationToken).ConfigureAwait(false) is { } offered)
        {
            // Offered before a restart, or at another instance.
            upload = new UploadHash(offered);
            _underWay.Add(key, upload);
        }

        return upload;
    }
}
