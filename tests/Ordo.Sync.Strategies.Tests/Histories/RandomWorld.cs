using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Core.Tests.Engine;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Strategies.Tests.Worlds;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Strategies.Tests.Histories;

/// <summary>Two to six devices with no hub, one, or two, over lines that lose, repeat and delay: everything from one seed.</summary>
internal sealed class RandomWorld : IAsyncDisposable
{
    private const int PayloadBytesMax = 1_000;

    private readonly Random _random;
    private readonly SeededEntropy _entropy;
    private readonly StoreFolder _folder;
    private readonly List<Device> _devices = [];
    private readonly List<Hub> _hubs = [];
    private readonly Dictionary<(Device From, Device? To), StormyTransport> _lines = [];

    private RandomWorld(Random random)
    {
        _random = random;
        _entropy = new SeededEntropy(random.Next());
        _folder = new StoreFolder(StoreKind.Memory, _entropy);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    public IReadOnlyList<Device> Devices => _devices;

    /// <summary>
    /// Whether hubs refuse anything: only in calm weather, since a refusal whose answer was lost is not told again once another
    /// has written over it.
    /// </summary>
    public bool Refuses { get; private init; }

    /// <summary>Whether nobody judges what is brought: there is no hub.</summary>
    public bool IsPeerToPeer => _hubs.Count == 0;

    public static async Task<RandomWorld> StartAsync(Random random, Action<OrdoSyncBuilder>? configure = null)
    {
        var world = new RandomWorld(random) { Refuses = random.Next(3) == 0 };
        int devices = random.Next(2, 7);
        for (int i = 0; i < devices; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"device{i}");
            world._devices.Add(new Device(
                name, world._folder.Create(name), world.Time, pageBytesMax: 16 * 1024, world._entropy, configure));
        }

        int hubs = random.Next(3);
        for (int i = 0; i < hubs; i++)
        {
            ResponderOptions? options = world.Refuses
                ? new ResponderOptions { PayloadBytesMax = PayloadBytesMax, Reviewer = new StrictReviewer() }
                : null;
            world._hubs.Add(await Hub.StartAsync(world._folder.Create($"hub{i}"), world.Time, options));
        }

        await world.ConnectAsync();
        return world;
    }

    /// <summary>A device syncs with somebody, if the weather allows; or two hubs do.</summary>
    public async Task SyncAsync(Device device)
    {
        Device? peer = IsPeerToPeer ? _devices[_random.Next(_devices.Count)] : null;
        if (peer != device)
        {
            await SyncAsync(device, peer);
        }

        if (_hubs.Count == 2 && _random.Next(3) == 0)
        {
            await _hubs[0].SyncAsync(_hubs[1]);
        }
    }

    /// <summary>In calm weather, until everybody has everything.</summary>
    public async Task SettleAsync()
    {
        foreach (StormyTransport line in _lines.Values)
        {
            line.IsCalm = true;
        }

        for (int round = 0; round < 4; round++)
        {
            foreach (Device device in _devices)
            {
                foreach (Device? peer in IsPeerToPeer ? _devices.Where(peer => peer != device).Cast<Device?>() : [null])
                {
                    await SyncAsync(device, peer);
                }
            }

            if (_hubs.Count == 2)
            {
                await _hubs[0].SyncAsync(_hubs[1]);
            }
        }
    }

    public async Task<HashSet<UInt128>> DigestsAsync()
    {
        HashSet<UInt128> digests = [];
        foreach (Device device in _devices)
        {
            digests.Add(await device.DigestAsync());
        }

        foreach (Hub hub in _hubs)
        {
            digests.Add(await hub.DigestAsync());
        }

        return digests;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Device device in _devices)
        {
            await device.DisposeAsync();
        }

        foreach (Hub hub in _hubs)
        {
            await hub.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task ConnectAsync()
    {
        foreach (Device device in _devices)
        {
            bool mayApprove = !Refuses || _random.Next(2) == 0;
            if (!IsPeerToPeer)
            {
                ISyncTransport way = _hubs[_random.Next(_hubs.Count)].Connect(device.Name, mayApprove);
                _lines.Add((device, null), new StormyTransport(way, _random.Next()) { IsCalm = Refuses });
                continue;
            }

            foreach (Device peer in _devices.Where(peer => peer != device))
            {
                _lines.Add((device, peer), new StormyTransport(await peer.ConnectAsync(), _random.Next()));
            }
        }
    }

    private async Task SyncAsync(Device device, Device? peer)
    {
        device.Transport.Target = _lines[(device, peer)];
        await device.Engine.SyncAsync();
    }
}
