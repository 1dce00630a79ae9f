using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Core.Tests.Engine.Health;

/// <summary>A store in memory whose snapshots can be made to fail, or to wait.</summary>
internal sealed class UnreadableStore : IRecordStore
{
    private readonly InMemoryRecordStore _inner = new();

    public SyncException? Error { get; set; }

    public TaskCompletionSource? Gate { get; set; }

    public string Name => _inner.Name;

    public ReplicaId Replica => _inner.Replica;

    public ReplicaTable Replicas => _inner.Replicas;

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => _inner.OpenAsync(cancellationToken);

    public ValueTask DefineCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default) =>
        _inner.DefineCollectionAsync(schema, cancellationToken);

    public ValueTask<StoredRecord?> GetAsync(string scope, RecordKey key, CancellationToken cancellationToken = default) =>
        _inner.GetAsync(scope, key, cancellationToken);

    public async ValueTask<IStoreSnapshot> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (Gate is { } gate)
        {
            await gate.Task.WaitAsync(cancellationToken);
        }

        return Error is null ? await _inner.ReadAsync(cancellationToken) : throw Error;
    }

    public ValueTask<IStoreTransaction> BeginAsync(CancellationToken cancellationToken = default) =>
        _inner.BeginAsync(cancellationToken);

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
