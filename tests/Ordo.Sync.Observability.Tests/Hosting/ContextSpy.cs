using System.Diagnostics;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Observability.Tests.Hosting;

/// <summary>A store in memory that notes within which activity transactions begin.</summary>
internal sealed class ContextSpy : IRecordStore
{
    private readonly InMemoryRecordStore _inner = new();

    public bool IsWatching { get; set; }

    public bool HasLooked { get; private set; }

    public Activity? Seen { get; private set; }

    public string Name => _inner.Name;

    public ReplicaId Replica => _inner.Replica;

    public ReplicaTable Replicas => _inner.Replicas;

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => _inner.OpenAsync(cancellationToken);

    public ValueTask DefineCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default) =>
        _inner.DefineCollectionAsync(schema, cancellationToken);

    public ValueTask<StoredRecord?> GetAsync(string scope, RecordKey key, CancellationToken cancellationToken = default) =>
        _inner.GetAsync(scope, key, cancellationToken);

    public ValueTask<IStoreSnapshot> ReadAsync(CancellationToken cancellationToken = default) => _inner.ReadAsync(cancellationToken);

    public ValueTask<IStoreTransaction> BeginAsync(CancellationToken cancellationToken = default)
    {
        if (IsWatching)
        {
            HasLooked = true;
            Seen ??= Activity.Current;
        }

        return _inner.BeginAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
