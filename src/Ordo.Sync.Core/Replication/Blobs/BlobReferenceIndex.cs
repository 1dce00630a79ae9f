using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// Which records refer to which blobs, durable, in local entries of the record store. It follows the records as a replica
/// would: it remembers the knowledge up to which it has looked, and asks the store for what changed since. So it costs what
/// changed, misses nothing after a crash, and no write waits for it. Thread-safe; one scan at a time.
/// </summary>
/// <param name="store">The record store, open.</param>
public sealed class BlobReferenceIndex(IRecordStore store) : IDisposable
{
    private readonly BlobReferenceScan _scan = new(store);
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Looks through the records of a scope that changed since the last scan.</summary>
    /// <returns>The references that are new.</returns>
    public async ValueTask<IReadOnlyList<BlobReference>> ScanAsync(
        string scope, CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await _scan.RunAsync(scope, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Whether all of a scope's records have been looked through, as a transaction finds them: what it writes then takes
    /// every reference into account.
    /// </summary>
    internal static async ValueTask<bool> IsCurrentAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken)
    {
        VersionVector scanned = BlobReferenceEntries.Decode(await snapshot
            .GetLocalAsync(BlobEntries.Scanned, scope, cancellationToken).ConfigureAwait(false));
        return scanned.Equals((await snapshot.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false)).Knowledge);
    }

    /// <summary>Whether all records of some scopes have been looked through, as of now.</summary>
    internal async ValueTask<bool> IsCurrentAsync(IEnumerable<string> scopes, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        foreach (string scope in scopes)
        {
            if (!await IsCurrentAsync(snapshot, scope, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The scopes in which records refer to a blob, and how long they say it is.</summary>
    public async ValueTask<IReadOnlyList<BlobReference>> FindAsync(BlobId blob, CancellationToken cancellationToken = default)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        var found = new Dictionary<string, BlobReference>(StringComparer.Ordinal);
        string prefix = $"{blob}/";
        await foreach (LocalEntry entry in BlobEntries.ListAsync(snapshot, BlobEntries.References, prefix)
            .WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            BlobReference reference = BlobReferenceEntries.Parse(entry);
            found.TryAdd(reference.Scope, reference);
        }

        return [.. found.Values];
    }

    /// <summary>A page of all references, in the order of blobs; a reference comes once a record.</summary>
    /// <param name="after">Where the page before ended; <see langword="null"/> at the beginning.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <returns>The references, and where to go on; <see langword="null"/> at the end.</returns>
    public async ValueTask<(IReadOnlyList<BlobReference> Page, string? Next)> ListAsync(
        string? after, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<LocalEntry> page = await BlobEntries
            .PageAsync(store, BlobEntries.References, after, cancellationToken).ConfigureAwait(false);
        return ([.. page.Select(BlobReferenceEntries.Parse)], page.Count == 0 ? null : page[^1].Key);
    }

    /// <summary>
    /// Whether a record still refers to a blob, in one scope or (where <see langword="null"/>) in any. Looks at the records it
    /// knows of until it finds one, and forgets those that do not (any more): rows that went without a change, as a complete
    /// transfer removes them.
    /// </summary>
    public async ValueTask<bool> IsReferencedAsync(
        BlobId blob, string? scope, CancellationToken cancellationToken = default)
    {
        string prefix = scope is null ? $"{blob}/" : $"{blob}/{BlobEntries.ScopePrefix(scope)}";
        var stale = new List<LocalEntry>();
        bool isReferenced = false;
        await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            await foreach (LocalEntry entry in BlobEntries.ListAsync(snapshot, BlobEntries.References, prefix)
                .WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                (string name, RecordKey key) = BlobReferenceEntries.RecordOf(entry.Key);
                StoredRecord? record = await snapshot.GetAsync(name, key, cancellationToken).ConfigureAwait(false);
                if (record is not null && BlobReferenceScanner.Find(record).ContainsKey(blob))
                {
                    isReferenced = true;
                    break;
                }

                stale.Add(entry);
            }
        }

        if (stale.Count > 0)
        {
            await ForgetAsync(stale, cancellationToken).ConfigureAwait(false);
        }

        return isReferenced;
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async ValueTask ForgetAsync(List<LocalEntry> stale, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        foreach (LocalEntry entry in stale)
        {
            // Looked at again: the record may have come back since.
            (string scope, RecordKey key) = BlobReferenceEntries.RecordOf(entry.Key);
            StoredRecord? record = await transaction.GetAsync(scope, key, cancellationToken).ConfigureAwait(false);
            BlobId blob = BlobEntries.BlobIn(entry.Key);
            if (record is not null && BlobReferenceScanner.Find(record).ContainsKey(blob))
            {
                continue;
            }

            await transaction.RemoveLocalAsync(BlobEntries.References, entry.Key, cancellationToken).ConfigureAwait(false);
            string name = entry.Key[(ContentHash.TextLength + 1)..];
            HashSet<BlobId> left = BlobReferenceEntries.DecodeIds(await transaction
                .GetLocalAsync(BlobEntries.ReferringRecords, name, cancellationToken).ConfigureAwait(false));
            left.Remove(blob);
            await BlobReferenceEntries.SetReferringAsync(transaction, name, left, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }
}
