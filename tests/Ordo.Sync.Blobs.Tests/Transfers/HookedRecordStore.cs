using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A store of records that stops before a write where a test lets something else happen in between.</summary>
internal sealed class HookedRecordStore(IRecordStore inner) : IRecordStore
{
    /// <summary>Called before the next write, once.</summary>
    public Func<Task>? BeforeWrite { get; set; }

    /// <summary>The writes begun.</summary>
    public int WriteCount { get; private set; }

    public string Name => inner.Name;

    public ReplicaId Replica => inner.Replica;

    public ReplicaTable Replicas => inner.Replicas;

    public ValueTask OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public ValueTask DefineCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken) =>
        inner.DefineCollectionAsync(schema, cancellationToken);

    public ValueTask<StoredRecord?> GetAsync(string scope, RecordKey key, CancellationToken cancellationToken) =>
        inner.GetAsync(scope, key, cancellationToken);

    public ValueTask<IStoreSnapshot> ReadAsync(CancellationToken cancellationToken) => inner.ReadAsync(cancellationToken);

    public async ValueTask<IStoreTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        await StopAsync();
        return await inner.BeginAsync(cancellationToken);
    }

    public async ValueTask<IStoreTransaction> BeginScopeAsync(string scope, CancellationToken cancellationToken)
    {
        await StopAsync();
        return await inner.BeginScopeAsync(scope, cancellationToken);
    }

    public ValueTask PersistAsync(CancellationToken cancellationToken) => inner.PersistAsync(cancellationToken);

    /// <remarks>The store within is its maker's.</remarks>
    public ValueTask DisposeAsync() => default;

    private async Task StopAsync()
    {
        WriteCount++;
        if (BeforeWrite is { } hook)
        {
            BeforeWrite = null;
            await hook();
        }
    }
}
