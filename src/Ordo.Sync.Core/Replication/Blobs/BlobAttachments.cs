using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// Which blobs are attached in which scopes; durable, in local entries of the record store, which all instances of a hub share.
/// Thread-safe.
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

    /// <summary>The scopes in which a blob is attached.</summary>
    public async ValueTask<IReadOnlyList<string>> ListScopesAsync(BlobId blob, CancellationToken cancellationToken)
    {
        string prefix = $"{blob}/";
        var scopes = new List<string>();
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        await foreach (LocalEntry entry in BlobEntries.ListAsync(snapshot, BlobEntries.Attached, prefix)
            .WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            scopes.Add(entry.Key[prefix.Length..]);
        }

        return scopes;
    }

    /// <summary>Attaches a blob that is held in full: durably, when this returns. The upload is over then.</summary>
    public async ValueTask AttachAsync(BlobManifest manifest, string scope, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await BeginAsync(scope, cancellationToken).ConfigureAwait(false);
        string key = BlobEntries.Key(manifest.Id.Hash, scope);
        if (await transaction.GetLocalAsync(BlobEntries.Attached, key, cancellationToken).ConfigureAwait(false) is null)
        {
            await CountAsync(transaction, scope, manifest.Length, 1, cancellationToken).ConfigureAwait(false);
        }

        // Counts as unreferenced until a scan has found the record: it may still be on its way.
        var attachment = new BlobAttachment(manifest.Length, NowMs, NowMs);
        await transaction.SetLocalAsync(BlobEntries.Attached, key, attachment.Encode(), cancellationToken).ConfigureAwait(false);
        await transaction.RemoveLocalAsync(BlobEntries.Offered, key, cancellationToken).ConfigureAwait(false);
        await WantedBlobs.RemoveAsync(transaction, manifest.Id, scope, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Detaches a blob, where its attachment is still the one that was judged. What the scope was granted goes with it: a
    /// chunk whose content left the scope must be shown again before it comes back.
    /// </summary>
    /// <returns>
    /// Whether it is detached; <see langword="null"/> where the scope has records that nobody has looked through for references yet.
    /// </returns>
    public async ValueTask<bool?> DetachAsync(
        BlobId blob, BlobManifest? manifest, string scope, BlobAttachment judged, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await BeginAsync(scope, cancellationToken).ConfigureAwait(false);
        string key = BlobEntries.Key(blob.Hash, scope);
        if (await transaction.GetLocalAsync(BlobEntries.Attached, key, cancellationToken).ConfigureAwait(false) is not { } value
            || BlobAttachment.Decode(value) != judged)
        {
            return false;
        }

        if (!await BlobReferenceIndex.IsCurrentAsync(transaction, scope, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        if (await BlobEntries.AnyAsync(
            transaction, BlobEntries.References, $"{blob}/{BlobEntries.ScopePrefix(scope)}", cancellationToken)
            .ConfigureAwait(false))
        {
            return false;
        }

        await transaction.RemoveLocalAsync(BlobEntries.Attached, key, cancellationToken).ConfigureAwait(false);
        await CountAsync(transaction, scope, -judged.Length, -1, cancellationToken).ConfigureAwait(false);
        if (manifest is not null)
        {
            await BlobOffers.RevokeAsync(transaction, manifest, scope, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Notes since when no record refers to an attached blob; 0 where one does.</summary>
    public async ValueTask MarkAsync(
        BlobId blob, string scope, BlobAttachment judged, long unreferencedSinceMs, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await BeginAsync(scope, cancellationToken).ConfigureAwait(false);
        string key = BlobEntries.Key(blob.Hash, scope);
        if (await transaction.GetLocalAsync(BlobEntries.Attached, key, cancellationToken).ConfigureAwait(false) is { } value
            && BlobAttachment.Decode(value) == judged)
        {
            byte[] marked = (judged with { UnreferencedSinceMs = unreferencedSinceMs }).Encode();
            await transaction.SetLocalAsync(BlobEntries.Attached, key, marked, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Takes an offer of a blob that is attached and held: whoever offers it is about to refer to it, so its grace period begins anew,
    /// and nobody needs to be asked for it.
    /// </summary>
    /// <returns>Whether it is attached (still).</returns>
    public async ValueTask<bool> RenewAsync(BlobId blob, string scope, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await BeginAsync(scope, cancellationToken).ConfigureAwait(false);
        string key = BlobEntries.Key(blob.Hash, scope);
        if (await transaction.GetLocalAsync(BlobEntries.Attached, key, cancellationToken).ConfigureAwait(false) is not { } value)
        {
            return false;
        }

        BlobAttachment attachment = BlobAttachment.Decode(value);
        bool isWanted = await WantedBlobs.ContainsAsync(transaction, blob, scope, cancellationToken).ConfigureAwait(false);
        if (attachment.UnreferencedSinceMs != 0 || isWanted)
        {
            byte[] renewed = (attachment with
            {
                UnreferencedSinceMs = attachment.UnreferencedSinceMs == 0 ? 0 : NowMs,
            }).Encode();
            await transaction.SetLocalAsync(BlobEntries.Attached, key, renewed, cancellationToken).ConfigureAwait(false);
            await WantedBlobs.RemoveAsync(transaction, blob, scope, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    // Beside writes of other scopes; those of this one wait, so that what is decided here takes its records into account.
    private ValueTask<IStoreTransaction> BeginAsync(string scope, CancellationToken cancellationToken) =>
        store.BeginScopeAsync(scope, cancellationToken);

    private static async ValueTask CountAsync(
        IStoreTransaction transaction, string scope, long bytes, long count, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> usage = await transaction
            .GetLocalAsync(BlobEntries.ScopeUsage, scope, cancellationToken).ConfigureAwait(false) ?? default;
        byte[] counted = BlobEntries.Numbers(BlobEntries.Number(usage, 0) + bytes, BlobEntries.Number(usage, 1) + count);
        await transaction.SetLocalAsync(BlobEntries.ScopeUsage, scope, counted, cancellationToken).ConfigureAwait(false);
    }
}
