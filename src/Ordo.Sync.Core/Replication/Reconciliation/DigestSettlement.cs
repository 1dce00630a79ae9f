using System.Buffers.Binary;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Reconciliation;

/// <summary>Finds by how much a scope's kept digest misses its records, and sets it to what they give.</summary>
internal static class DigestSettlement
{
    private const string Area = "settlements";

    /// <summary>The error of a scope whose records were all read in this snapshot.</summary>
    public static async ValueTask<DigestError> MeasureAsync(
        IStoreSnapshot snapshot, string scope, RangeSum records, CancellationToken cancellationToken)
    {
        ScopeState state = await snapshot.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        long count = await ReadCountAsync(snapshot, scope, cancellationToken).ConfigureAwait(false);
        return new DigestError(unchecked(state.Digest - records.Sum), state.LiveCount - records.LiveCount, count);
    }

    /// <summary>Settles an error, whatever was written since it was measured.</summary>
    /// <returns>Whether there was something to settle, and nobody else had done it meanwhile.</returns>
    public static async ValueTask<bool> SettleAsync(
        IRecordStore store,
        CollectionCatalog catalog,
        string scope,
        DigestError error,
        CancellationToken cancellationToken)
    {
        if (error.IsNone)
        {
            return false;
        }

        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        if (await ReadCountAsync(transaction, scope, cancellationToken).ConfigureAwait(false) != error.SettlementCount)
        {
            return false;
        }

        ScopeDraft draft = await ScopeDraft
            .BeginAsync(transaction, scope, catalog, sink: null, cancellationToken).ConfigureAwait(false);
        draft.Correct(error.Digest, error.LiveCount);
        await draft.SaveAsync(cancellationToken).ConfigureAwait(false);
        var count = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(count, error.SettlementCount + 1);
        await transaction.SetLocalAsync(Area, scope, count, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static async ValueTask<long> ReadCountAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? value = await snapshot.GetLocalAsync(Area, scope, cancellationToken).ConfigureAwait(false);
        return value is { Length: sizeof(long) } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes.Span) : 0;
    }
}
