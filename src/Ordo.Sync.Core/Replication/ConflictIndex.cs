using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication;

/// <summary>
/// Which records of a store wait for a person: kept in the transaction that changes the record, so that listing conflicts costs
/// as much as there are. Durable.
/// </summary>
public static class ConflictIndex
{
    /// <summary>Notes whether a record waits.</summary>
    public static ValueTask SetAsync(
        IStoreTransaction transaction,
        string scope,
        RecordKey key,
        bool isWaiting,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return isWaiting
            ? transaction.SetLocalAsync(AreaOf(scope), key.ToString(), ReadOnlyMemory<byte>.Empty, cancellationToken)
            : transaction.RemoveLocalAsync(AreaOf(scope), key.ToString(), cancellationToken);
    }

    /// <summary>Reads the records that wait, by collection and key.</summary>
    public static async ValueTask<IReadOnlyList<RecordKey>> ListAsync(
        IStoreSnapshot snapshot, string scope, RecordKey? after, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        IReadOnlyList<LocalEntry> entries = await snapshot
            .ListLocalAsync(AreaOf(scope), after?.ToString(), countMax, cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(entry => StoredForm.ReadRecordName(entry.Key))];
    }

    /// <summary>Forgets all of a scope.</summary>
    public static async ValueTask DropAsync(
        IStoreTransaction transaction, string scope, CancellationToken cancellationToken = default)
    {
        const int PageSize = 1_000;
        IReadOnlyList<RecordKey> page;
        do
        {
            page = await ListAsync(transaction, scope, after: null, PageSize, cancellationToken).ConfigureAwait(false);
            foreach (RecordKey key in page)
            {
                await SetAsync(transaction, scope, key, isWaiting: false, cancellationToken).ConfigureAwait(false);
            }
        }
        while (page.Count == PageSize);
    }

    private static string AreaOf(string scope) => $"conflicts/{scope}";
}
