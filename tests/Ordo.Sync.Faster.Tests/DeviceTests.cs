using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Engine;

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

    private ServiceProvider Device()
    {
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseFaster(_folder.Store, options => options.LogMemoryKiB = 1024);
            sync.Collection<Presence>("presence", _ => { });
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
