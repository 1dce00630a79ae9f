using System.Runtime.CompilerServices;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication;

/// <summary>Reads the records of a scope one after another, a page of bounded bytes at a time.</summary>
internal static class RangeWalk
{
    /// <summary>
    /// Reads a range in key order. In a transaction, what is written behind the page at hand is met as it was left by then.
    /// </summary>
    public static async IAsyncEnumerable<StoredRecord> ReadAsync(
        IStoreSnapshot snapshot,
        string scope,
        KeyRange range,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RangeSlice slice;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            slice = await snapshot.ReadRangeAsync(
                scope, range, new ReadBudget(ProtocolLimits.PageBytesDefault), cancellationToken).ConfigureAwait(false);
            foreach (StoredRecord record in slice.Records)
            {
                range = range with { After = record.Key };
                yield return record;
            }
        }
        while (!slice.IsLast);
    }

    /// <summary>Reads all records of a scope in key order.</summary>
    public static IAsyncEnumerable<StoredRecord> ReadAllAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken) =>
        ReadAsync(snapshot, scope, new KeyRange(After: null, UpTo: null), cancellationToken);
}
