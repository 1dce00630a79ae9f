using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>A device as an app runs it: SQLite, defaults, its background service syncing at once and listening to the hub.</summary>
internal sealed class LiveDevice : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly IHostedService _background;

    private LiveDevice(ServiceProvider services)
    {
        _services = services;
        _background = services.GetRequiredService<IHostedService>();
        Engine = services.GetRequiredService<ISyncEngine>();
    }

    public ISyncEngine Engine { get; }

    public ISyncCollection<Result> Results => Engine.Scope(BenchDevice.ScopeName).Collection<Result>("results");

    public static async Task<LiveDevice> StartAsync(string file, Uri hub)
    {
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseSqlite($"Data Source={file}");
            sync.UseHttp(hub);
            sync.Collection<Result>("results", results => results.Strategy(ConflictStrategy.LastWriteWins));
            sync.Subscribe(BenchDevice.ScopeName);
        });
        var device = new LiveDevice(services.BuildServiceProvider());
        await device._background.StartAsync(CancellationToken.None);
        return device;
    }

    public async ValueTask DisposeAsync()
    {
        await _background.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
