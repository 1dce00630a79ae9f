using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Strategies.Tests.Worlds;

/// <summary>Three devices and whatever connects them, on one clock.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly StoreFolder _folder;
    private readonly List<Hub> _hubs = [];
    private readonly Dictionary<Device, ISyncTransport> _ways = [];
    private readonly Action<OrdoSyncBuilder>? _configure;
    private HttpHub? _httpHub;

    private World(Topology topology, StoreKind stores, Action<OrdoSyncBuilder>? configure)
    {
        Topology = topology;
        _configure = configure;
        _folder = new StoreFolder(stores);
        A = NewDevice("ann");
        B = NewDevice("bob");
        C = NewDevice("cat");
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    public Topology Topology { get; }

    public Device A { get; }

    public Device B { get; }

    /// <summary>The third: it only looks on, but for what it wrote in the beginning.</summary>
    public Device C { get; }

    public IEnumerable<Device> Devices => [A, B, C];

    /// <param name="topology">Who syncs with whom.</param>
    /// <param name="stores">What everybody keeps records in.</param>
    /// <param name="mayBobApprove">Whether hubs let B decide; the others may.</param>
    /// <param name="configure">What devices have beside a collection a strategy.</param>
    public static async Task<World> StartAsync(
        Topology topology, StoreKind stores, bool mayBobApprove = true, Action<OrdoSyncBuilder>? configure = null)
    {
        var world = new World(topology, stores, configure);
        switch (topology)
        {
            case Topology.Http:
                world._httpHub = await HttpHub.StartAsync(world._folder.Create("hub"), world.Time);
                world.Connect((device, mayApprove) => world._httpHub.Connect(device.Name, mayApprove), mayBobApprove);
                break;
            case Topology.OneHub or Topology.TwoHubs:
                Hub first = await world.NewHubAsync("hub1");
                Hub second = topology == Topology.TwoHubs ? await world.NewHubAsync("hub2") : first;
                world.Connect(
                    (device, mayApprove) => (device == world.B ? second : first).Connect(device.Name, mayApprove), mayBobApprove);
                break;
        }

        return world;
    }

    /// <summary>Lets time pass, so that what is written next is newer.</summary>
    public void Pass() => Time.Advance(TimeSpan.FromSeconds(1));

    /// <summary>A device syncs: with its hub, or with one of its peers.</summary>
    public async Task SyncAsync(Device device, Device? peer = null)
    {
        if (Topology == Topology.PeerToPeer)
        {
            await device.SyncAsync(await (peer ?? PeerOf(device)).ConnectAsync());
            return;
        }

        await device.SyncAsync(_ways[device]);
        await LinkHubsAsync();
    }

    /// <summary>Syncs a device with its hub, and tells no other hub.</summary>
    public Task SyncOnlyAsync(Device device) =>
        Topology == Topology.PeerToPeer ? SyncAsync(device) : device.SyncAsync(_ways[device]);

    /// <summary>What a sync of a device with its hub sends and receives.</summary>
    public async Task<TransportBytes> SyncBytesAsync(Device device) => (await device.SyncAsync(_ways[device])).Bytes;

    /// <summary>Everybody syncs until everybody has everything.</summary>
    public async Task SettleAsync()
    {
        for (int round = 0; round < 2; round++)
        {
            foreach (Device device in Devices)
            {
                foreach (Device peer in Devices.Where(peer => peer != device))
                {
                    await SyncAsync(device, peer);
                }
            }
        }
    }

    /// <summary>The digests of all replicas.</summary>
    public async Task<List<UInt128>> DigestsAsync()
    {
        List<UInt128> digests = [];
        foreach (Device device in Devices)
        {
            digests.Add(await device.DigestAsync());
        }

        foreach (Hub hub in _hubs)
        {
            digests.Add(await hub.DigestAsync());
        }

        if (_httpHub is not null)
        {
            digests.Add(await Stores.DigestAsync(_httpHub.Store));
        }

        return digests;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Device device in Devices)
        {
            await device.DisposeAsync();
        }

        foreach (Hub hub in _hubs)
        {
            await hub.DisposeAsync();
        }

        if (_httpHub is not null)
        {
            await _httpHub.DisposeAsync();
        }

        _folder.Dispose();
    }

    private Device NewDevice(string name) => new(name, _folder.Create(name), Time, configure: _configure);

    private async Task<Hub> NewHubAsync(string name)
    {
        Hub hub = await Hub.StartAsync(_folder.Create(name), Time);
        _hubs.Add(hub);
        return hub;
    }

    private void Connect(Func<Device, bool, ISyncTransport> connect, bool mayBobApprove)
    {
        foreach (Device device in Devices)
        {
            _ways.Add(device, connect(device, mayBobApprove || device != B));
        }
    }

    private async Task LinkHubsAsync()
    {
        if (Topology == Topology.TwoHubs)
        {
            await _hubs[0].SyncAsync(_hubs[1]);
        }
    }

    private Device PeerOf(Device device) => device == A ? B : device == B ? A : B;
}
