using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Sessions;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Strategies.Tests.Worlds;

/// <summary>A hub without HTTP: a store that devices may bring their own versions to, and other hubs anybody's.</summary>
internal sealed class Hub : IAsyncDisposable
{
    private readonly ReplicaResponder _forDevices;
    private readonly ReplicaResponder _forHubs;
    private readonly CollectionCatalog _catalog;
    private readonly TimeProvider _time;

    private Hub(IRecordStore store, CollectionCatalog catalog, TimeProvider time, ResponderOptions options)
    {
        Store = store;
        _catalog = catalog;
        _time = time;
        _forDevices = new ReplicaResponder(store, catalog, options, time);
        _forHubs = new ReplicaResponder(store, catalog, options with { TrustsRelays = true }, time);
    }

    public IRecordStore Store { get; }

    public static async Task<Hub> StartAsync(IRecordStore store, TimeProvider time, ResponderOptions? options = null)
    {
        await store.OpenAsync();
        return new Hub(store, await CollectionCatalog.LoadAsync(store), time, options ?? new ResponderOptions());
    }

    public ISyncTransport Connect(string principal, bool mayApprove) =>
        new InProcessTransport(_forDevices, new PushCaller(principal) { MayApprove = mayApprove });

    /// <summary>Syncs with another hub.</summary>
    public async Task SyncAsync(Hub other)
    {
        var transport = new InProcessTransport(other._forHubs, PushCaller.Trusted);
        HelloResponse hello = await transport.HelloAsync(new HelloRequest(
            ProtocolLimits.Version,
            ProtocolLimits.Version,
            Store.Replica,
            [.. _catalog.Descriptors.Values.Where(collection => !SystemCollections.Contains(collection.Name))]));
        Assert.Empty(hello.Mismatches);
        var peer = new SessionPeer(transport, hello.Replica, hello.PageBytesMax);
        var runner = new SessionRunner(
            Store, _catalog, peer, Device.ScopeName, new SilentObserver(), _time, EntropySource.System);
        SessionReport report = await runner.RunAsync();
        Assert.Equal(SessionResult.Converged, report.Result);
    }

    public async Task<UInt128> DigestAsync() => await Stores.DigestAsync(Store);

    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
