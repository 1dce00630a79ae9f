using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Testing.Simulation.Storage;

/// <summary>
/// The store of one life of a node: the real one, on a disk that takes time, fails, and stops in the middle of anything when the
/// node dies. Every commit is shown to the world's oracles.
/// </summary>
/// <param name="inner">The real store.</param>
/// <param name="disk">The disk.</param>
/// <param name="medium">What the store is on.</param>
/// <param name="witness">Is shown every commit.</param>
/// <param name="renews">Where a new incarnation comes from, for a store that is to notice that it is a copy or was put back.</param>
/// <param name="former">The incarnations that such a store had before, as the file beside it says.</param>
internal sealed class SimulatedStore(
    IRecordStore inner,
    SimulatedDisk disk,
    ISimulatedMedium medium,
    ICommitWitness witness,
    EntropySource? renews = null,
    IReadOnlyList<ReplicaId>? former = null)
    : IRecordStore
{
    private readonly SimulatedLog _log = new(disk, medium);

    public IRecordStore Inner => inner;

    public SimulatedDisk Disk => disk;

    public string Name => inner.Name;

    public ReplicaId Replica => inner.Replica;

    public ReplicaTable Replicas => inner.Replicas;

    public string? RenewalReason { get; private set; }

    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        await disk.TouchAsync(DiskEffect.Open).ConfigureAwait(false);
        await inner.OpenAsync(cancellationToken).ConfigureAwait(false);
        _log.OnCommitted(Durability.Full);
        await witness.OpenedAsync(inner).ConfigureAwait(false);
        RenewalReason = inner.RenewalReason;
        if (renews is not null && RenewalReason is null)
        {
            RenewalReason = "it is a copy, or was put back from a backup";
            await using IStoreTransaction transaction = await BeginAsync(cancellationToken).ConfigureAwait(false);
            await Incarnations.RenewAsync(transaction, renews, cancellationToken).ConfigureAwait(false);
            await Incarnations.NoteFormerAsync(transaction, former ?? [], cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DefineCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken)
    {
        await disk.TouchAsync(DiskEffect.Write).ConfigureAwait(false);
        await inner.DefineCollectionAsync(schema, cancellationToken).ConfigureAwait(false);
        _log.OnCommitted(Durability.Full);
    }

    public async ValueTask<StoredRecord?> GetAsync(string scope, RecordKey key, CancellationToken cancellationToken)
    {
        await disk.TouchAsync(DiskEffect.Read).ConfigureAwait(false);
        return await inner.GetAsync(scope, key, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IStoreSnapshot> ReadAsync(CancellationToken cancellationToken)
    {
        await disk.TouchAsync(DiskEffect.Read).ConfigureAwait(false);
        return await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IStoreTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        await disk.TouchAsync(DiskEffect.Begin).ConfigureAwait(false);
        try
        {
            IStoreTransaction transaction = await inner.BeginAsync(cancellationToken).ConfigureAwait(false);
            return new SimulatedTransaction(transaction, disk, _log, witness);
        }
        catch (Exception) when (disk.IsDead)
        {
            // The medium took the store away from a node that waited for its turn: like every call of the dead, it never returns.
            await new TaskCompletionSource().Task.ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask PersistAsync(CancellationToken cancellationToken) => new(_log.FlushAsync());

    public ValueTask DisposeAsync() => disk.IsDead ? default : inner.DisposeAsync();
}
