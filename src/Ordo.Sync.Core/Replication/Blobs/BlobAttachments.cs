using Ordo.Sync.Errors;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// Which blobs are attached in which scopes, what each scope may know of chunks, and which uploads are under way; durable, in
/// local entries of the record store, which all instances of a hub share. Thread-safe.
/// </summary>
internal sealed class BlobAttachments(IRecordStore store, TimeProvider time)
{
    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask<bool> IsAttachedAsync(BlobId blob, string scope, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await snapshot.GetLocalAsync(
            BlobEntries.Attached, BlobEntries.Key(blob.Hash, scope), cancellationToken).ConfigureAwait(false) is not null;
    }

    public async ValueTask<bool> IsAttachedAnywhereAsync(BlobId blob, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await BlobEntries.AnyAsync(snapshot, BlobEntries.Attached, $"{blob}/", cancellationToken).ConfigureAwait(false)
            || await BlobEntries.AnyAsync(snapshot, BlobEntries.Offered, $"{blob}/", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The chunks of a manifest whose content somebody has sent into the scope, as one flag each.</summary>
    public async ValueTask<bool[]> FindGrantedAsync(
        BlobManifest manifest, string scope, CancellationToken cancellationToken)
    {
        var granted = new bool[manifest.Chunks.Length];
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < granted.Length; i++)
        {
            string key = BlobEntries.Key(manifest.Chunks[i].Hash, scope);
            granted[i] = await snapshot
                .GetLocalAsync(BlobEntries.Granted, key, cancellationToken).ConfigureAwait(false) is not null;
        }

        return granted;
    }

    /// <summary>Notes that a chunk's content was sent into the scope. A power failure may undo it: it is sent again then.</summary>
    public async ValueTask GrantAsync(BlobChunk chunk, string scope, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        await transaction.SetLocalAsync(
            BlobEntries.Granted, BlobEntries.Key(chunk.Hash, scope), ReadOnlyMemory<byte>.Empty, cancellationToken)
            .ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The manifest of an upload under way; <see langword="null"/> where none was offered.</summary>
    public async ValueTask<BlobManifest?> FindOfferAsync(BlobId blob, string scope, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await snapshot.GetLocalAsync(
            BlobEntries.Offered, BlobEntries.Key(blob.Hash, scope), cancellationToken).ConfigureAwait(false) is { } value
                ? BlobManifestCodec.Decode(value.Span[sizeof(long)..])
                : null;
    }

    /// <summary>Remembers an upload, so that chunks may be sent for it.</summary>
    /// <exception cref="SyncException">The scope has no room for the blob.</exception>
    public async ValueTask OfferAsync(BlobOffer offer, long scopeBytesMax, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        string key = BlobEntries.Key(offer.Manifest.Id.Hash, offer.Scope);
        ReadOnlyMemory<byte> usage = await transaction
            .GetLocalAsync(BlobEntries.ScopeUsage, offer.Scope, cancellationToken).ConfigureAwait(false) ?? default;
        bool isAttached = await transaction
            .GetLocalAsync(BlobEntries.Attached, key, cancellationToken).ConfigureAwait(false) is not null;
        long used = BlobEntries.Number(usage, 0);
        if (!isAttached && offer.Manifest.Length > scopeBytesMax - used)
        {
            throw new SyncException(
                SyncErrorCode.QuotaExceeded,
                $"The scope '{offer.Scope}' has {used} of {scopeBytesMax} bytes of blobs; the blob has {offer.Manifest.Length}.",
                "Remove references to blobs that are no longer needed, or raise the hub's quota.");
        }

        byte[] value = [.. BlobEntries.Numbers(NowMs), .. BlobManifestCodec.Encode(offer.Manifest)];
        await transaction.SetLocalAsync(BlobEntries.Offered, key, value, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Attaches a blob that is held in full: durably, when this returns. The upload is over then.</summary>
    public async ValueTask AttachAsync(BlobManifest manifest, string scope, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        string key = BlobEntries.Key(manifest.Id.Hash, scope);
        if (await transaction.GetLocalAsync(BlobEntries.Attached, key, cancellationToken).ConfigureAwait(false) is null)
        {
            await CountAsync(transaction, scope, manifest.Length, 1, cancellationToken).ConfigureAwait(false);
        }

        // Counts as unreferenced until a scan has found the record: it may still be on its way.
        var attachment = new BlobAttachment(manifest.Length, NowMs, NowMs);
        await transaction.SetLocalAsync(BlobEntries.Attached, key, attachment.Encode(), cancellationToken).ConfigureAwait(false);
        await transaction.RemoveLocalAsync(BlobEntries.Offered, key, cancellationToken).ConfigureAwait(false);
        await transaction.RemoveLocalAsync(
            BlobEntries.Wanted, BlobEntries.ScopePrefix(scope) + manifest.Id, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends an upload that came to nothing, with what the scope was granted for it.</summary>
    public async ValueTask WithdrawAsync(BlobManifest manifest, string scope, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        await transaction.RemoveLocalAsync(
            BlobEntries.Offered, BlobEntries.Key(manifest.Id.Hash, scope), cancellationToken).ConfigureAwait(false);
        await RevokeAsync(transaction, manifest, scope, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Detaches a blob, where its attachment is still the one that was judged. What the scope was granted goes with it: a
    /// chunk whose content left the scope must be shown again before it comes back.
    /// </summary>
    public async ValueTask<bool> DetachAsync(
        BlobId blob, BlobManifest? manifest, string scope, BlobAttachment judged, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        string key = BlobEntries.Key(blob.Hash, scope);
        if (await transaction.GetLocalAsync(BlobEntries.Attached, key, cancellationToken).ConfigureAwait(false) is not { } value
            || BlobAttachment.Decode(value) != judged
            || await BlobEntries.AnyAsync(
                transaction, BlobEntries.References, $"{blob}/{BlobEntries.ScopePrefix(scope)}", cancellationToken)
                .ConfigureAwait(false))
        {
            return false;
        }

        await transaction.RemoveLocalAsync(BlobEntries.Attached, key, cancellationToken).ConfigureAwait(false);
        await CountAsync(transaction, scope, -judged.Length, -1, cancellationToken).ConfigureAwait(false);
        if (manifest is not null)
        {
            await RevokeAsync(transaction, manifest, scope, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Notes since when no record refers to an attached blob; 0 where one does.</summary>
    public async ValueTask MarkAsync(
        BlobId blob, string scope, BlobAttachment judged, long unreferencedSinceMs, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        string key = BlobEntries.Key(blob.Hash, scope);
        if (await transaction.GetLocalAsync(BlobEntries.Attached, key, cancellationToken).ConfigureAwait(false) is { } value
            && BlobAttachment.Decode(value) == judged)
        {
            byte[] marked = (judged with { UnreferencedSinceMs = unreferencedSinceMs }).Encode();
            await transaction.SetLocalAsync(BlobEntries.Attached, key, marked, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks devices for a blob that the scope should have and that is not held (any more) in full.</summary>
    public async ValueTask WantAsync(BlobId blob, string scope, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        await transaction.SetLocalAsync(
            BlobEntries.Wanted, BlobEntries.ScopePrefix(scope) + blob, ReadOnlyMemory<byte>.Empty, cancellationToken)
            .ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask RevokeAsync(
        IStoreTransaction transaction, BlobManifest manifest, string scope, CancellationToken cancellationToken)
    {
        foreach (BlobChunk chunk in manifest.Chunks)
        {
            await transaction.RemoveLocalAsync(
                BlobEntries.Granted, BlobEntries.Key(chunk.Hash, scope), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask CountAsync(
        IStoreTransaction transaction, string scope, long bytes, long count, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> usage = await transaction
            .GetLocalAsync(BlobEntries.ScopeUsage, scope, cancellationToken).ConfigureAwait(false) ?? default;
        byte[] counted = BlobEntries.Numbers(BlobEntries.Number(usage, 0) + bytes, BlobEntries.Number(usage, 1) + count);
        await transaction.SetLocalAsync(BlobEntries.ScopeUsage, scope, counted, cancellationToken).ConfigureAwait(false);
    }
}
