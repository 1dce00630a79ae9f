using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>
/// What is told to another replica is on the disk first: a version that travelled and is then lost in a power cut would have its dot
/// issued again, for something else.
/// </summary>
public sealed class TellingTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();
    private readonly GatedStore _store = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _isOnDisk = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_hub_answers_a_pull_once_what_it_read_is_on_the_disk()
    {
        await _store.OpenAsync();
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(_store);
        var hub = new ReplicaResponder(_store, catalog, new ResponderOptions(), _time);
        await using var writer = new TestDevice(Connect(hub), _time);
        await using var reader = new TestDevice(Connect(hub), _time);
        await writer.Notes.PutAsync("a", new Note());
        await writer.SyncAsync();

        HoldDisk();
        Task sync = reader.SyncAsync();
        await AssertWaitsAsync(sync);
        Assert.Null(await reader.Notes.GetAsync("a"));
        _isOnDisk.SetResult();
        await sync;
        Assert.NotNull(await reader.Notes.GetAsync("a"));
    }

    [Fact]
    public async Task A_device_sends_a_part_of_its_writes_once_they_are_on_the_disk()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var device = new TestDevice(hub.Connect(), _time, configure: sync =>
        {
            sync.UseStructuredStore(_ => _store);
            sync.Configure(options => options.PageBytesMax = 16 * 1024);
        });
        await device.SyncAsync();
        for (int i = 0; i < 6; i++)
        {
            await device.Notes.PutAsync($"{i}", new Note { Text = new string('x', 8 * 1024) });
        }

        HoldDisk();
        Task sync = device.SyncAsync();
        await AssertWaitsAsync(sync);
        Assert.Equal(0, (await hub.StateAsync(TestDevice.ScopeName)).LiveCount);
        _isOnDisk.SetResult();
        await sync;
        Assert.Equal(6, (await hub.StateAsync(TestDevice.ScopeName)).LiveCount);
    }

    [Fact]
    public async Task A_bundle_is_begun_once_what_it_will_hold_is_on_the_disk()
    {
        await using var device = new TestDevice(transport: null, _time, configure: sync => sync.UseStructuredStore(_ => _store));
        await device.Notes.PutAsync("a", new Note());
        using var file = new MemoryStream();
        HoldDisk();
        Task export = device.Engine.Bundles.ExportAsync(file).AsTask();
        await AssertWaitsAsync(export);
        _isOnDisk.SetResult();
        await export;
        Assert.True(file.Length > 0);
    }

    private static InProcessTransport Connect(ReplicaResponder hub) => new(hub, new PushCaller(string.Empty));

    private void HoldDisk() => _store.Persisting = () =>
    {
        _asked.TrySetResult();
        return _isOnDisk.Task;
    };

    // Whichever comes first: one that never asked would be over.
    private async Task AssertWaitsAsync(Task work) => Assert.Same(_asked.Task, await Task.WhenAny(_asked.Task, work));
}
