using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Testing.Tests.Faults;

/// <summary>A memory store whose snapshots and transactions have a fault.</summary>
internal sealed class FaultyStore : IRecordStore
{
    private readonly InMemoryRecordStore _store = new();
    private readonly StoreFault _fault;

    public FaultyStore(StoreFault fault) => _fault = fault;

    public string Name => _store.Name;

    public ReplicaId Replica => _store.Replica;

    public ReplicaTable Replicas => _store.Replicas;

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => _store.OpenAsync(cancellationToken);

    public ValueTask DefineCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default) =>
        _store.DefineCollectionAsync(schema, cancellationToken);

    public ValueTask<StoredRecord?> GetAsync(
        string scope, RecordKey key, CancellationToken cancellationToken = default) =>
        _store.GetAsync(scope, key, cancellationToken);

    public async ValueTask<IStoreSnapshot> ReadAsync(CancellationToken cancellationToken = default) =>
        FaultyProxy.Wrap(await _store.ReadAsync(cancellationToken), _fault);

    public async ValueTask<IStoreTransaction> BeginAsync(CancellationToken cancellationToken = default) =>
        FaultyProxy.Wrap(await _store.BeginAsync(cancellationToken), _fault);

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
