using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Crash.Tests.Worlds;

/// <summary>A store that is open already and that others close: an engine opens its store itself, once.</summary>
internal sealed class OpenedStore(IRecordStore inner) : IRecordStore
{
    public string Name => inner.Name;

    public ReplicaId Replica => inner.Replica;

    public string? RenewalReason => inner.RenewalReason;

    public ReplicaTable Replicas => inner.Replicas;

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => default;

    public ValueTask DefineCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default) =>
        inner.DefineCollectionAsync(schema, cancellationToken);

    public ValueTask<StoredRecord?> GetAsync(string scope, RecordKey key, CancellationToken cancellationToken = default) =>
        inner.GetAsync(scope, key, cancellationToken);

    public ValueTask<IStoreSnapshot> ReadAsync(CancellationToken cancellationToken = default) =>
        inner.ReadAsync(cancellationToken);

    public ValueTask<IStoreTransaction> BeginAsync(CancellationToken cancellationToken = default) =>
        inner.BeginAsync(cancellationToken);

    public ValueTask DisposeAsync() => default;
}
