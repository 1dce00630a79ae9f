using System.Collections.Immutable;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// The blobs that scopes should have and that are not held (any more) in full: devices that have them are asked. Durable, in local
/// entries of the record store, which all instances of a hub share. Thread-safe.
/// </summary>
internal sealed class WantedBlobs(IRecordStore store)
{
    /// <summary>A scope's, as many as an answer holds.</summary>
    public async ValueTask<ImmutableArray<BlobId>> ListAsync(string scope, CancellationToken cancellationToken)
    {
        string prefix = BlobEntries.ScopePrefix(scope);
        var wanted = ImmutableArray.CreateBuilder<BlobId>();
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        await foreach (LocalEntry entry in BlobEntries.ListAsync(snapshot, BlobEntries.Wanted, prefix)
            .WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            wanted.Add(StoredForm.ReadName(entry.Key, "a scope and a blob", name => BlobId.Parse(name[prefix.Length..])));
            if (wanted.Count == BlobCodec.WantedMax)
            {
                break;
            }
        }

        return wanted.ToImmutable();
    }

    /// <summary>Whether devices are asked for a blob.</summary>
    public static async ValueTask<bool> ContainsAsync(
        IStoreTransaction transaction, BlobId blob, string scope, CancellationToken cancellationToken) => await transaction
        .GetLocalAsync(BlobEntries.Wanted, KeyOf(blob, scope), cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Nobody needs to be asked for a blob any more.</summary>
    public static ValueTask RemoveAsync(
        IStoreTransaction transaction, BlobId blob, string scope, CancellationToken cancellationToken) =>
        transaction.RemoveLocalAsync(BlobEntries.Wanted, KeyOf(blob, scope), cancellationToken);

    /// <summary>Asks devices for a blob that the scope should have and that is not held (any more) in full.</summary>
    public async ValueTask AddAsync(BlobId blob, string scope, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store
            .BeginScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        await AddAsync(transaction, blob, scope, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks devices for a blob that records refer to, unless it is attached.</summary>
    /// <returns>Whether they are asked.</returns>
    public async ValueTask<bool> AddMissingAsync(BlobId blob, string scope, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store
            .BeginScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        if (await transaction.GetLocalAsync(
            BlobEntries.Attached, BlobEntries.Key(blob.Hash, scope), cancellationToken).ConfigureAwait(false) is not null)
        {
            return false;
        }

        await AddAsync(transaction, blob, scope, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static async ValueTask AddAsync(
        IStoreTransaction transaction, BlobId blob, string scope, CancellationToken cancellationToken)
    {
        await transaction.SetLocalAsync(
            BlobEntries.Wanted, KeyOf(blob, scope), ReadOnlyMemory<byte>.Empty, cancellationToken)
            .ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }

    private static string KeyOf(BlobId blob, string scope) => BlobEntries.ScopePrefix(scope) + blob;
}
