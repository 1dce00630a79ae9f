using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>
/// What a device remembers of each blob, durable, in local entries of the record store: whether it is pinned, when it was used
/// last, and in which scopes the hub has it. Thread-safe.
/// </summary>
internal sealed class BlobLedger(IRecordStore store)
{
    private const string Device = "blob-device";
    private const string AtHub = "blob-at-hub";

    public async ValueTask<BlobRecollection> GetAsync(BlobId blob, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return BlobRecollection.Decode(await snapshot
            .GetLocalAsync(Device, blob.ToString(), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Changes what is remembered of a blob.</summary>
    public async ValueTask ChangeAsync(
        BlobId blob, Func<BlobRecollection, BlobRecollection> change, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        BlobRecollection before = BlobRecollection.Decode(await transaction
            .GetLocalAsync(Device, blob.ToString(), cancellationToken).ConfigureAwait(false));
        BlobRecollection after = change(before);
        if (after != before)
        {
            await transaction.SetLocalAsync(Device, blob.ToString(), after.Encode(), cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask ForgetAsync(BlobId blob, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        await transaction.RemoveLocalAsync(Device, blob.ToString(), cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> IsAtHubAsync(BlobId blob, string? scope, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return scope is null
            ? await BlobEntries.AnyAsync(snapshot, AtHub, $"{blob}/", cancellationToken).ConfigureAwait(false)
            : await snapshot.GetLocalAsync(AtHub, BlobEntries.Key(blob.Hash, scope), cancellationToken)
                .ConfigureAwait(false) is not null;
    }

    public async ValueTask SetAtHubAsync(BlobId blob, string scope, bool isThere, CancellationToken cancellationToken)
    {
        string key = BlobEntries.Key(blob.Hash, scope);
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        if (isThere)
        {
            await transaction
                .SetLocalAsync(AtHub, key, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await transaction.RemoveLocalAsync(AtHub, key, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }
}
