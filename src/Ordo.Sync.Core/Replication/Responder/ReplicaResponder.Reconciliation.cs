using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Reconciliation;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Responder;

// Comparing records with a caller, and handing single ones out again.
public sealed partial class ReplicaResponder
{
    /// <summary>Compares fingerprints of key ranges with the records held here. Reads them: the cost is that of the ranges.</summary>
    /// <exception cref="SyncException">The scope is still being received here itself.</exception>
    public async ValueTask<ReconcileResponse> ReconcileAsync(
        ReconcileRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireHeld(request.Scope);
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        ScopeState state = await ReadComparableScopeAsync(snapshot, request.Scope, request.Generation, cancellationToken)
            .ConfigureAwait(false);
        RangeComparison found = await new RangeReconciler(snapshot, request.Scope, ProtocolLimits.ReconciledRecordsMax)
            .CompareAsync(request.After, request.Parts, cancellationToken).ConfigureAwait(false);
        bool isSettled = false;
        if (request.Settles && found is { IsWhole: true, UnreadableCount: 0, Differences.IsEmpty: true })
        {
            DigestError error = await DigestSettlement
                .MeasureAsync(snapshot, request.Scope, found.Total, cancellationToken).ConfigureAwait(false);
            isSettled = await DigestSettlement
                .SettleAsync(store, catalog, request.Scope, error, cancellationToken).ConfigureAwait(false);
        }

        return new ReconcileResponse(
            snapshot.Replica,
            Now(),
            StateHash.Of(state, snapshot.Replicas),
            state.Digest,
            found.ComparedCount,
            found.Differences)
        {
            IsSettled = isSettled,
        };
    }

    /// <summary>Reads the records of key ranges, whole. Records that cannot be read are left out.</summary>
    /// <exception cref="SyncException">The scope is still being received here itself.</exception>
    public async ValueTask<RecordsResponse> ReadRecordsAsync(
        RecordsRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireHeld(request.Scope);
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        ScopeState state = await ReadComparableScopeAsync(snapshot, request.Scope, request.Generation, cancellationToken)
            .ConfigureAwait(false);
        var records = new List<StoredRecord>();
        (int covered, RecordKey? after) = await ReadAsync(snapshot, request, records, cancellationToken).ConfigureAwait(false);
        await store.PersistAsync(cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> page = new PageWriter(snapshot.Replicas, catalog.Descriptors).Write(
            request.Scope,
            state,
            snapshot.Clock,
            basis: VersionVector.Empty,
            known: VersionVector.Empty,
            isComplete: false,
            range: null,
            records);
        return new RecordsResponse(snapshot.Replica, covered, after, page);
    }

    private async ValueTask<(int Covered, RecordKey? After)> ReadAsync(
        IStoreSnapshot snapshot, RecordsRequest request, List<StoredRecord> records, CancellationToken cancellationToken)
    {
        int bytesMax = Math.Min(request.BytesMax, options.PageBytesMax);
        long bytes = 0;
        for (int covered = 0; covered < request.Ranges.Length; covered++)
        {
            RecordKey? after = null;
            var walk = new RecordWalk(snapshot, request.Scope, request.Ranges[covered]);
            while (await walk.MoveNextAsync(cancellationToken).ConfigureAwait(false))
            {
                bytes += walk.Record?.SizeBytes ?? 0;
                if (records.Count > 0 && (bytes > bytesMax || records.Count == ProtocolLimits.PageRecordsMax))
                {
                    return (covered, after);
                }

                after = walk.Key;
                if (walk.Record is { } record)
                {
                    records.Add(record);
                }
            }
        }

        return (request.Ranges.Length, null);
    }

    // The digests of records are made of their versions' names.
    private static async ValueTask<ScopeState> ReadComparableScopeAsync(
        IStoreSnapshot snapshot, string scope, ReplicaId generation, CancellationToken cancellationToken) =>
        generation == await GenerationLedger.ReadCurrentAsync(snapshot, scope, cancellationToken).ConfigureAwait(false)
            ? await ReadWholeScopeAsync(snapshot, scope, cancellationToken).ConfigureAwait(false)
            : throw new SyncException(
                SyncErrorCode.GenerationMismatch, $"The scope '{scope}' is in another generation here.", "Sync first.");

    // What is half received must not be learnt from (its exceptions would travel, and nobody could settle them), and differs for a
    // reason.
    private static async ValueTask<ScopeState> ReadWholeScopeAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken)
    {
        ScopeState state = await snapshot.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        return state.Exceptions.IsEmpty ? state : throw new SyncException(
            SyncErrorCode.PeerFailed, $"The peer is still receiving the scope '{scope}' itself.", "Try again later.");
    }
}
