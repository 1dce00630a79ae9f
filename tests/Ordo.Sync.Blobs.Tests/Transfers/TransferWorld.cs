using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A hub and devices in one process, with a clock that stands still; all end with their test.</summary>
public abstract class TransferWorld : IAsyncDisposable
{
    // Chunks that were on their way when a cut came: all but the one that met it.
    internal const int InFlightMax = 3;

    private readonly List<IAsyncDisposable> _parts = [];

    internal TestFolder Folder { get; } = new();

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    public async ValueTask DisposeAsync()
    {
        _parts.Reverse();
        foreach (IAsyncDisposable part in _parts)
        {
            await part.DisposeAsync();
        }

        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    internal T Own<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    internal async Task<TestHub> HubAsync(BlobResponderOptions? options = null) =>
        Own(await TestHub.StartAsync(Folder.Sub("hub"), Time, options));

    internal TestDevice Device(
        string name,
        TestHub hub,
        out UnsteadyTransport way,
        Action<OrdoSyncBuilder>? configure = null,
        InMemoryRecordStore? store = null)
    {
        way = new UnsteadyTransport(new InProcessBlobTransport(hub.Blobs));
        return Own(new TestDevice(Folder.Sub(name), hub.Connect(), way, Time, configure, store));
    }

    internal async Task<(TestHub Hub, BlobRef File, byte[] Content)> PublishedAsync(int length)
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        byte[] content = Content.Of(length);
        BlobRef file = await writer.PublishAsync("slides", content);
        (await writer.SyncAsync()).ThrowIfFailed();
        return (hub, file, content);
    }
}
