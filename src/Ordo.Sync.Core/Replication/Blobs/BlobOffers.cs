using Ordo.Sync.Errors;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// Which uploads are under way, and of which chunks each scope has been shown the content; durable, in local entries of the record
/// store, which all instances of a hub share. Thread-safe.
/// </summary>
internal sealed class BlobOffers(IRecordStore store, TimeProvider time)
{
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
        await using IStoreTransaction transaction = await store
            .BeginScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        await transaction.SetLocalAsync(
            BlobEntries.Granted, BlobEntries.Key(chunk.Hash, scope), ReadOnlyMemory<byte>.Empty, cancellationToken)
            .ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The manifest of an upload under way; <see langword="null"/> where none was offered.</summary>
    public async ValueTask<BlobManifest?> FindAsync(BlobId blob, string scope, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await snapshot.GetLocalAsync(
            BlobEntries.Offered, BlobEntries.Key(blob.Hash, scope), cancellationToken).ConfigureAwait(false) is { } value
                ? BlobManifestCodec.Decode(value.Span[sizeof(long)..])
                : null;
    }

    /// <summary>Remembers an upload, so that chunks may be sent for it.</summary>
    /// <exception cref="SyncException">The scope has no room for the blob.</exception>
    public async ValueTask AddAsync(BlobOffer offer, long scopeBytesMax, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store
            .BeginScopeAsync(offer.Scope, cancellationToken).ConfigureAwait(false);
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

        byte[] value = [.. BlobEntries.Numbers(time.GetUtcNow().ToUnixTimeMilliseconds()), .. BlobManifestCodec.Encode(offer.Manifest)];
        await transaction.SetLocalAsync(BlobEntries.Offered, key, value, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends an upload whose chunks make up something else, with what the scope was granted for it.</summary>
    public async ValueTask WithdrawAsync(BlobManifest manifest, string scope, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store
            .BeginScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        await WithdrawAsync(transaction, manifest, scope, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends an upload that does not go on, where its offer is still the one that was judged: not renewed, not done.</summary>
    public async ValueTask<bool> WithdrawAsync(
        BlobManifest manifest, string scope, ReadOnlyMemory<byte> judged, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store
            .BeginScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        string key = BlobEntries.Key(manifest.Id.Hash, scope);
        if (await transaction.GetLocalAsync(BlobEntries.Offered, key, cancellationToken).ConfigureAwait(false) is not { } value
            || !value.Span.SequenceEqual(judged.Span))
        {
            return false;
        }

        await WithdrawAsync(transaction, manifest, scope, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes from a scope what it was granted of a blob's chunks.</summary>
    public static async ValueTask RevokeAsync(
        IStoreTransaction transaction, BlobManifest manifest, string scope, CancellationToken cancellationToken)
    {
        foreach (BlobChunk chunk in manifest.Chunks)
        {
            await transaction.RemoveLocalAsync(
                BlobEntries.Granted, BlobEntries.Key(chunk.Hash, scope), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask WithdrawAsync(
        IStoreTransaction transaction, BlobManifest manifest, string scope, CancellationToken cancellationToken)
    {
        await transaction.RemoveLocalAsync(
            BlobEntries.Offered, BlobEntries.Key(manifest.Id.Hash, scope), cancellationToken).ConfigureAwait(false);
        await RevokeAsync(transaction, manifest, scope, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }
}
