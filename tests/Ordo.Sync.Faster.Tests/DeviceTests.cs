using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Faster.Tests;

public sealed class DeviceTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_device_with_a_FASTER_store_finds_what_it_wrote_when_it_starts_again()
    {
        await using (ServiceProvider device = Device())
        {
            ISyncEngine engine = device.GetRequiredService<ISyncEngine>();
            await engine.OpenAsync();
            await engine.Scope("room/1").Collection<Presence>("presence").PutAsync("ada", new Presence { Seat = 7 });
        }

        await using ServiceProvider again = Device();
        ISyncEngine restarted = again.GetRequiredService<ISyncEngine>();
        await restarted.OpenAsync();
        Presence? found = (await restarted.Scope("room/1").Collection<Presence>("presence").GetAsync("ada"))?.Value;
        Assert.Equal(7, found?.Seat);
        Assert.Equal(1, (await restarted.GetJournalStatusAsync()).PendingCount);
    }

    [Fact]
    public async Task What_has_outlived_its_time_is_deleted_with_the_next_sync_by_who_wrote_it()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
        var hub = new InMemoryRecordStore("hub");
        await hub.OpenAsync();
        var responder = new ReplicaResponder(
            hub, await CollectionCatalog.LoadAsync(hub), new ResponderOptions(), time);
        await using ServiceProvider device = Device(time, new InProcessTransport(responder));
        ISyncEngine engine = device.GetRequiredService<ISyncEngine>();
        await engine.OpenAsync();
        ISyncCollection<Presence> presence = engine.Scope("room/1").Collection<Presence>("presence");
        await presence.PutAsync("old", new Presence { Seat = 1 });
        (await engine.SyncAsync()).ThrowIfFailed();
        time.Advance(TimeSpan.FromMinutes(9));
        await presence.PutAsync("young", new Presence { Seat = 2 });
        time.Advance(TimeSpan.FromMinutes(2));

        (await engine.SyncAsync()).ThrowIfFailed();

        Assert.Null(await presence.GetAsync("old"));
        Assert.Equal(2, (await presence.GetAsync("young"))?.Value.Seat);
        await using IStoreSnapshot snapshot = await hub.ReadAsync();
        Assert.Equal(1, (await snapshot.GetScopeAsync("room/1~ephemeral")).LiveCount);
    }

    private ServiceProvider Device(TimeProvider? time = null, ISyncTransport? transport = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddOrdoSync(sync =>
        {
            if (transport is not null)
            {
                sync.UseTransport(_ => transport);
            }

            sync.UseMemory();
            sync.UseFaster(_folder.Store, options =>
            {
                options.LogMemoryKiB = 1024;
                options.TimeToLive["presence"] = TimeSpan.FromMinutes(10);
            });
            sync.Collection<Presence>("presence", c => c.InEphemeralStore());
            sync.Subscribe("room/1");
            sync.SyncManually();
        });
        return services.BuildServiceProvider();
    }

    /// <summary>Where somebody sits.</summary>
    public sealed record Presence
    {
        public int Seat { get; init; }
    }
}
