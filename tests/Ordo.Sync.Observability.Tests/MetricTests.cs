using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using Ordo.Sync.Engine;
using Ordo.Sync.Observability.Tests.Hosting;

namespace Ordo.Sync.Observability.Tests;

public sealed class MetricTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task A_device_tells_what_waits_and_what_a_sync_has_moved()
    {
        using var reader = new MeterReading();
        await using ObservedHub hub = await ObservedHub.StartAsync(_folder.File("hub.db"));
        await using var device = new ObservedDevice(_folder.File("device.db"), hub.Address);
        await device.Notes.PutAsync("1", new Note { Text = "one" });
        await device.Notes.PutAsync("2", new Note { Text = "two" });

        IReadOnlyDictionary<string, MetricSnapshot> before = reader.Read();
        Assert.Equal(2, Only(before["ordo.sync.pending.operations"]));
        Assert.Equal("{operation}", before["ordo.sync.pending.operations"].Unit);
        Assert.True(Only(before["ordo.sync.pending.size"]) > 0);
        Assert.Equal("By", before["ordo.sync.pending.size"].Unit);
        Assert.Equal(2, Only(before["ordo.sync.writes"]));
        Assert.True(Only(before["ordo.sync.commit.duration"]) is 1 or 2);
        Assert.Equal("s", before["ordo.sync.commit.duration"].Unit);
        Assert.True(Only(before["ordo.sync.memory.usage"]) > 1 << 20);
        Assert.True(Only(before["ordo.sync.store.size"]) > 0);
        Assert.True(IsSilent(before, "ordo.sync.lag"));

        (await device.Engine.SyncAsync()).ThrowIfFailed();
        IReadOnlyDictionary<string, MetricSnapshot> after = reader.Read();
        Assert.Equal(0, Only(after["ordo.sync.pending.operations"]));
        Assert.Equal([("ordo.sync.direction=push", 2)], MeterReading.PointsOf(after["ordo.sync.records"]));
        Assert.Equal([("ordo.sync.status=Completed", 1)], MeterReading.PointsOf(after["ordo.sync.duration"]));
        Assert.Equal(0, Only(after["ordo.sync.conflicts"]));
        Assert.True(Only(after["ordo.sync.lag"]) >= 0);
        Assert.Contains(("ordo.sync.operation=hello", 1), MeterReading.PointsOf(after["ordo.sync.request.duration"]));
        Assert.All(MeterReading.PointsOf(after["ordo.sync.network.io"]), point => Assert.True(point.Value > 0));
        Assert.Equal(2, MeterReading.PointsOf(after["ordo.sync.network.io"]).Count);
    }

    [Fact]
    public async Task Conflicts_and_errors_are_counted()
    {
        using var reader = new MeterReading();
        await using ObservedHub hub = await ObservedHub.StartAsync(_folder.File("hub.db"));
        await using var one = new ObservedDevice(_folder.File("one.db"), hub.Address);
        await using var other = new ObservedDevice(_folder.File("other.db"), hub.Address);
        await one.Notes.PutAsync("1", new Note { Text = "mine" });
        await other.Notes.PutAsync("1", new Note { Text = "yours" });
        await one.Engine.SyncAsync();
        await other.Engine.SyncAsync();

        // Bound, so that nobody else is given the port, and never listening.
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)nobody.LocalEndPoint!).Port;
        await using var lost = new ObservedDevice(_folder.File("lost.db"), new Uri($"http://127.0.0.1:{port}/sync"));
        await lost.Engine.SyncAsync();

        IReadOnlyDictionary<string, MetricSnapshot> metrics = reader.Read();
        Assert.Equal(1, Sum(metrics["ordo.sync.conflicts"]));
        Assert.Contains(("error.type=Unreachable", 1), MeterReading.PointsOf(metrics["ordo.sync.errors"]));
        Assert.Contains(("ordo.sync.status=Offline", 1), MeterReading.PointsOf(metrics["ordo.sync.duration"]));
        Assert.Contains(
            ("error.type=Unreachable;ordo.sync.operation=hello", 1),
            MeterReading.PointsOf(metrics["ordo.sync.request.duration"]));
    }

    [Fact]
    public async Task A_closed_engine_is_observed_no_longer()
    {
        using var reader = new MeterReading();
        var device = new ObservedDevice(_folder.File("device.db"), hub: null);
        await device.Notes.PutAsync("1", new Note { Text = "one" });
        Assert.Equal(1, Only(reader.Read()["ordo.sync.pending.operations"]));
        await device.Engine.DisposeAsync();

        Assert.True(IsSilent(reader.Read(), "ordo.sync.pending.operations"));
        await device.DisposeAsync();
    }

    [Fact]
    public async Task An_engine_without_a_host_has_a_meter_too()
    {
        using var reader = new MeterReading();
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseMemory();
            sync.Collection<Note>("notes");
            sync.Subscribe(ObservedDevice.ScopeName);
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        await provider.GetRequiredService<ISyncEngine>().Scope(ObservedDevice.ScopeName).Collection<Note>("notes").PutAsync("1", new Note());

        Assert.Equal(1, Only(reader.Read()["ordo.sync.pending.operations"]));
    }

    public void Dispose() => _folder.Dispose();

    // The SDK may leave a metric without points out, or not.
    private static bool IsSilent(IReadOnlyDictionary<string, MetricSnapshot> metrics, string name) =>
        !metrics.TryGetValue(name, out MetricSnapshot? metric) || MeterReading.PointsOf(metric).Count == 0;

    private static double Only(MetricSnapshot metric) => Assert.Single(MeterReading.PointsOf(metric)).Value;

    private static double Sum(MetricSnapshot metric) => MeterReading.PointsOf(metric).Sum(point => point.Value);
}
