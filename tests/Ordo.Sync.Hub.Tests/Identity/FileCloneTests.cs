using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Causality;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Hub.Tests.Identity;

/// <summary>Stores in files that are copied and put back, over HTTP: the device takes a new identity, and no write is lost or doubled.</summary>
public sealed class FileCloneTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ordo-clone-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_store_copied_while_it_lives_becomes_another_replica_and_both_write_and_sync_at_once()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using var original = In(Path.Combine(_root, "original"), hub.Address);
        await original.PutAsync("before");
        await original.SyncAsync();
        await original.PutAsync("unsynced when it was copied");
        string copied = StoreFiles.Copy(Path.Combine(_root, "original"), Path.Combine(_root, "copy"));
        await using var copy = In(copied, hub.Address);
        await Task.WhenAll(BusyAsync(original, "o"), BusyAsync(copy, "c"));
        await SettleAsync(original, copy);

        Assert.NotEqual(original.Engine.Replica, copy.Engine.Replica);
        Assert.Null(original.Engine.Health.Report().LastRenewal);
        Assert.Equal(copy.Engine.Replica, copy.Engine.Health.Report().LastRenewal?.Replica);
        Assert.Equal(22, (await original.KeysAsync()).Count);
        Assert.Equal(22, (await StateAsync(hub)).LiveCount);
    }

    [Fact]
    public async Task An_older_backup_put_in_place_unnoticed_is_found_out_by_the_hub()
    {
        await using HubHost hub = await HubHost.StartAsync();
        string folder = Path.Combine(_root, "device");
        string backup = Path.Combine(_root, "backup");
        ReplicaId before;
        await using (var device = In(folder, hub.Address))
        {
            await device.PutAsync("a");
            await device.SyncAsync();
            before = device.Engine.Replica;
            await device.PutAsync("b");
            StoreFiles.Copy(folder, backup);
            await device.PutAsync("c", "d");
            await device.SyncAsync();
        }

        StoreFiles.PutBack(backup, folder);
        await using var restored = In(folder, hub.Address);
        await restored.Engine.OpenAsync();
        Assert.Equal(before, restored.Engine.Replica);
        await restored.PutAsync("e", "f", "g");
        await using var other = In(Path.Combine(_root, "other"), hub.Address);
        await SettleAsync(restored, other);

        Assert.NotEqual(before, restored.Engine.Replica);
        Assert.Equal(restored.Engine.Replica, restored.Engine.Health.Report().LastRenewal?.Replica);
        Assert.Equal(["a", "b", "c", "d", "e", "f", "g"], await other.KeysAsync());
        Assert.Equal(7, (await StateAsync(hub)).LiveCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hub_put_back_to_an_older_backup_gets_back_what_devices_have(bool isNoticed)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_root, "hub")).FullName;
        string backup = Path.Combine(_root, "backup");
        string database = Path.Combine(folder, "hub.db");
        await using var relay = new Relay();
        await using var ann = In(Path.Combine(_root, "ann"), relay.Address);
        await using var ben = In(Path.Combine(_root, "ben"), relay.Address);
        await using (HubHost hub = await HubHost.StartAsync(sync => sync.UseSqlite($"Data Source={database}")))
        {
            relay.Target = hub.Address;
            await ann.PutAsync("a", "gone");
            await SettleAsync(ann, ben);
            StoreFiles.Copy(folder, backup);
            await ann.PutAsync("b", "c");
            await ben.PutAsync("d");
            await ben.Notes.DeleteAsync("gone");
            await SettleAsync(ann, ben);
        }

        if (isNoticed)
        {
            Directory.Delete(folder, recursive: true);
            StoreFiles.Copy(backup, folder);
        }
        else
        {
            StoreFiles.PutBack(backup, folder);
        }

        await using HubHost restored = await HubHost.StartAsync(sync => sync.UseSqlite($"Data Source={database}"));
        relay.Target = restored.Address;
        await ann.PutAsync("e");
        await SettleAsync(ann, ben);
        await using var late = In(Path.Combine(_root, "late"), relay.Address);
        await late.SyncAsync();

        Assert.Equal(["a", "b", "c", "d", "e"], await late.KeysAsync());
        Assert.Equal(["a", "b", "c", "d", "e"], await ann.KeysAsync());
        Assert.Equal(["a", "b", "c", "d", "e"], await ben.KeysAsync());
    }

    private static EngineDevice In(string folder, Uri hub)
    {
        Directory.CreateDirectory(folder);
        return new EngineDevice(hub, sync => sync.UseSqlite($"Data Source={Path.Combine(folder, "device.db")}"));
    }

    private static async Task BusyAsync(EngineDevice device, string prefix)
    {
        for (int i = 0; i < 10; i++)
        {
            await device.PutAsync($"{prefix}{i}");
            await device.SyncAsync();
        }
    }

    private static async Task SettleAsync(params EngineDevice[] devices)
    {
        for (int round = 0; round < 2; round++)
        {
            foreach (EngineDevice device in devices)
            {
                await device.SyncAsync();
            }
        }
    }

    private static async Task<ScopeState> StateAsync(HubHost hub)
    {
        await using IStoreSnapshot snapshot = await hub.Store.ReadAsync();
        return await snapshot.GetScopeAsync(EngineDevice.Scope);
    }
}
