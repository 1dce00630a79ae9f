using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A hub in memory.</summary>
internal sealed class TestHub
{
    private TestHub(InMemoryRecordStore store, ReplicaResponder responder)
    {
        Store = store;
        Responder = responder;
    }

    public InMemoryRecordStore Store { get; }

    public ReplicaResponder Responder { get; }

    public static FakeTimeProvider NewClock() => new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    public static async Task<TestHub> StartAsync(TimeProvider time, ResponderOptions? options = null)
    {
        var store = new InMemoryRecordStore("hub");
        await store.OpenAsync();
        return await StartAsync(store, time, options);
    }

    /// <summary>A hub restored from a backup of this moment: the same content under a new incarnation.</summary>
    public async Task<TestHub> RestoreAsync(TimeProvider time)
    {
        InMemoryRecordStore restored = Store.Clone();
        await restored.OpenAsync();
        await using (IStoreTransaction transaction = await restored.BeginAsync())
        {
            await Incarnations.RenewAsync(transaction, EntropySource.System);
            await transaction.CommitAsync(Durability.Full);
        }

        return await StartAsync(restored, time, options: null);
    }

    public static async Task<TestHub> StartAsync(InMemoryRecordStore store, TimeProvider time, ResponderOptions? options)
    {
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(store);
        return new TestHub(store, new ReplicaResponder(store, catalog, options ?? new ResponderOptions(), time));
    }

    public ISyncTransport Connect(string principal = "", bool mayApprove = true) =>
        new InProcessTransport(Responder, new PushCaller(principal) { MayApprove = mayApprove });

    public async Task<ScopeState> StateAsync(string scope)
    {
        await using IStoreSnapshot snapshot = await Store.ReadAsync();
        return await snapshot.GetScopeAsync(scope);
    }
}
