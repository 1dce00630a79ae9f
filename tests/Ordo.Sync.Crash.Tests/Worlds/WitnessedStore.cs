using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Crash.Tests.Worlds;

/// <summary>The real store, each of whose commits is noted with the state that it left before the next one may begin.</summary>
internal sealed class WitnessedStore(IRecordStore inner, CommitLog log) : IRecordStore
{
    private readonly SemaphoreSlim _turn = new(1);

    public CommitLog Log => log;

    public string Name => inner.Name;

    public ReplicaId Replica => inner.Replica;

    public string? RenewalReason => inner.RenewalReason;

    public ReplicaTable Replicas => inner.Replicas;

    public async ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        Commit commit = log.Begin();
        await inner.OpenAsync(cancellationToken);
        await log.AcknowledgeAsync(commit, inner, Durability.Full);
    }

    public async ValueTask DefineCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            Commit commit = log.Begin();
            await inner.DefineCollectionAsync(schema, cancellationToken);
            await log.AcknowledgeAsync(commit, inner, Durability.Full);
        }
        finally
        {
            _turn.Release();
        }
    }

    public ValueTask<StoredRecord?> GetAsync(string scope, RecordKey key, CancellationToken cancellationToken = default) =>
        inner.GetAsync(scope, key, cancellationToken);

    public ValueTask<IStoreSnapshot> ReadAsync(CancellationToken cancellationToken = default) =>
        inner.ReadAsync(cancellationToken);

    public async ValueTask<IStoreTransaction> BeginAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return TransactionProxy.Wrap(await inner.BeginAsync(cancellationToken), this);
        }
        catch
        {
            _turn.Release();
            throw;
        }
    }

    public async ValueTask CommitAsync(
        IStoreTransaction transaction, Durability durability, CancellationToken cancellationToken)
    {
        Commit commit = log.Begin();
        await transaction.CommitAsync(durability, cancellationToken);
        await log.AcknowledgeAsync(commit, inner, durability);
    }

    // The next commit may begin before this one is durable: its caller relies on it from then on.
    public async ValueTask<Task> SubmitAsync(
        IStoreTransaction transaction, Durability durability, CancellationToken cancellationToken)
    {
        Commit commit = log.Begin();
        Task durable = await transaction.SubmitAsync(durability, cancellationToken);
        await log.NoteAsync(commit, inner, durability);
        return SettleAsync(commit, durable);
    }

    public ValueTask PersistAsync(CancellationToken cancellationToken = default) => inner.PersistAsync(cancellationToken);

    public async ValueTask EndAsync(IStoreTransaction transaction)
    {
        await transaction.DisposeAsync();
        _turn.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        _turn.Dispose();
    }

    private async Task SettleAsync(Commit commit, Task durable)
    {
        await durable;
        log.Acknowledge(commit);
    }
}
