using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// Which blobs are about to be removed, with what they are made of: said before it is done, so that whoever comes after a process
/// that died in the midst of it can put back what is needed again. Durable, in local entries of the record store, which all
/// instances of a hub share. Thread-safe.
/// </summary>
internal sealed class BlobRemovalNotes(IRecordStore store, TimeProvider time)
{
    /// <summary>Who has said that they are about to remove a blob does not begin with it later than this.</summary>
    public static readonly TimeSpan HoldsFor = TimeSpan.FromHours(1);

    // Nobody is still at it then, nor has a clock that differs by so much.
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromDays(1);

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Notes that blobs are about to be removed: durably, when this returns.</summary>
    public async ValueTask AddAsync(IReadOnlyCollection<BlobManifest> manifests, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        foreach (BlobManifest manifest in manifests)
        {
            byte[] value = [.. BlobEntries.Numbers(NowMs), .. BlobManifestCodec.Encode(manifest)];
            await transaction.SetLocalAsync(
                BlobEntries.Removing, manifest.Id.ToString(), value, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>They are removed, and whoever needed one of them has it back.</summary>
    public async ValueTask ForgetAsync(IReadOnlyCollection<BlobId> blobs, CancellationToken cancellationToken)
    {
        if (blobs.Count == 0)
        {
            return;
        }

        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        foreach (BlobId blob in blobs)
        {
            await transaction.RemoveLocalAsync(BlobEntries.Removing, blob.ToString(), cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What others have noted, and whether nobody can be at it any more; in pages, the first after a key.</summary>
    public async ValueTask<IReadOnlyList<(BlobManifest Manifest, bool IsOver)>> PageAsync(
        BlobId? after, CancellationToken cancellationToken)
    {
        IReadOnlyList<LocalEntry> page = await BlobEntries
            .PageAsync(store, BlobEntries.Removing, after?.ToString(), cancellationToken).ConfigureAwait(false);
        long over = NowMs - (long)ForgottenAfter.TotalMilliseconds;
        return [.. page.Select(entry => (
            BlobManifestCodec.Decode(entry.Value.Span[sizeof(long)..]), BlobEntries.Number(entry.Value, 0) <= over))];
    }
}
