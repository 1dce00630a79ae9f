using System.Collections.ObjectModel;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// Looks through the records of a scope that changed since the last scan, and notes which blobs they refer to. One at a time in a
/// process; beside scans of other processes over the same store.
/// </summary>
internal sealed class BlobReferenceScan(IRecordStore store)
{
    private const int PageBytes = 1024 * 1024;
    private const int PageRecords = 2_000;

    /// <summary>Scans one scope, and returns the references that are new.</summary>
    public async ValueTask<IReadOnlyList<BlobReference>> RunAsync(string scope, CancellationToken cancellationToken)
    {
        var added = new List<BlobReference>();
        Dot? after = null;
        VersionVector? upTo = null;
        while (true)
        {
            ChangeSlice slice;
            VersionVector scanned;
            await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                VersionVector known = (await snapshot.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false)).Knowledge;
                upTo ??= known;
                scanned = BlobReferenceEntries.Decode(await snapshot
                    .GetLocalAsync(BlobEntries.Scanned, scope, cancellationToken).ConfigureAwait(false));
                if (scanned.Equals(known))
                {
                    return added;
                }

                if (!scanned.IsDominatedBy(known))
                {
                    // The scope was dropped, or its store went back to a backup: begin anew.
                    scanned = VersionVector.Empty;
                }

                var query = new ChangeQuery(scanned, upTo, after, new ReadBudget(PageBytes, PageRecords));
                slice = await snapshot.ReadChangesAsync(scope, query, cancellationToken).ConfigureAwait(false);
            }

            await SaveAsync(scope, slice, upTo, added, cancellationToken).ConfigureAwait(false);
            if (slice.Next is null)
            {
                return added;
            }

            after = slice.Next;
        }
    }

    private async ValueTask SaveAsync(
        string scope, ChangeSlice slice, VersionVector upTo, List<BlobReference> added, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store
            .BeginScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        bool changes = slice.Next is null;
        foreach (StoredRecord record in slice.Records)
        {
            changes |= await SaveAsync(transaction, scope, record, added, cancellationToken).ConfigureAwait(false);
        }

        if (slice.Next is null)
        {
            await transaction.SetLocalAsync(
                BlobEntries.Scanned, scope, BlobReferenceEntries.Encode(upTo), cancellationToken).ConfigureAwait(false);
        }

        if (changes)
        {
            await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask<bool> SaveAsync(
        IStoreTransaction transaction,
        string scope,
        StoredRecord record,
        List<BlobReference> added,
        CancellationToken cancellationToken)
    {
        string name = BlobReferenceEntries.NameOf(scope, record.Key);
        HashSet<BlobId> before = BlobReferenceEntries.DecodeIds(await transaction
            .GetLocalAsync(BlobEntries.ReferringRecords, name, cancellationToken).ConfigureAwait(false));
        if (before.SetEquals(BlobReferenceScanner.Find(record).Keys))
        {
            return false;
        }

        // As it stands now: it may have changed since it was read, and another process have noted that already. What is written here
        // is never older than what stands.
        StoredRecord? present = await transaction.GetAsync(scope, record.Key, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<BlobId, long> now = present is null
            ? ReadOnlyDictionary<BlobId, long>.Empty
            : BlobReferenceScanner.Find(present);
        if (before.SetEquals(now.Keys))
        {
            return false;
        }

        foreach (BlobId gone in before.Where(blob => !now.ContainsKey(blob)))
        {
            await transaction.RemoveLocalAsync(BlobEntries.References, $"{gone}/{name}", cancellationToken).ConfigureAwait(false);
        }

        foreach ((BlobId blob, long length) in now)
        {
            if (!before.Contains(blob))
            {
                added.Add(new BlobReference(scope, blob, length));
                await transaction.SetLocalAsync(
                    BlobEntries.References, $"{blob}/{name}", BlobEntries.Numbers(length), cancellationToken).ConfigureAwait(false);
            }
        }

        await BlobReferenceEntries.SetReferringAsync(transaction, name, [.. now.Keys], cancellationToken).ConfigureAwait(false);
        return true;
    }
}
