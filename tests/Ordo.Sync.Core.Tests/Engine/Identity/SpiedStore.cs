using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>A store that tells how many records its transactions read in search of changes.</summary>
internal sealed class SpiedStore(IRecordStore inner, Action<int> read) : IRecordStore
{
    public string Name => inner.Name;

    public ReplicaId Replica => inner.Replica;

    public ReplicaTable Replicas => inner.Replicas;

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => inner.OpenAsync(cancellationToken);

    public ValueTask DefineCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default) =>
        inner.DefineCollectionAsync(schema, cancellationToken);

    public ValueTask<StoredRecord?> GetAsync(string scope, RecordKey key, CancellationToken cancellationToken = default) =>
        inner.GetAsync(scope, key, cancellationToken);

    public ValueTask<IStoreSnapshot> ReadAsync(CancellationToken cancellationToken = default) =>
        inner.ReadAsync(cancellationToken);

    public async ValueTask<IStoreTransaction> BeginAsync(CancellationToken cancellationToken = default) =>
        ChangeSpy.Around(await inner.BeginAsync(cancellationToken), read);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
