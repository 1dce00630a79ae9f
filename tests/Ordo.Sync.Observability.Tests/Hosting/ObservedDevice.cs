using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.HealthChecks;

namespace Ordo.Sync.Observability.Tests.Hosting;

/// <summary>A device over SQLite, with metrics of its host and a health check.</summary>
internal sealed class ObservedDevice : IAsyncDisposable
{
    public const string ScopeName = "course/AAA-2013J";

    private readonly ServiceProvider _services;

    public ObservedDevice(
        string file,
        Uri? hub,
        TimeProvider? time = null,
        Action<OrdoSyncBuilder>? configure = null,
        Action<SyncHealthThresholds>? limits = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddOrdoSync(sync =>
        {
            sync.UseSqlite($"Data Source={file}");
            if (hub is not null)
            {
                sync.UseHttp(hub);
            }

            sync.Collection<Note>("notes", c => c.Strategy(ConflictStrategy.ManualIntervention));
            sync.Subscribe(ScopeName);
            sync.SyncManually();
            sync.Configure(options => options.MemoryBytesMax = 1L << 40);
            configure?.Invoke(sync);
        });
        services.AddHealthChecks().AddOrdoSync(thresholds =>
        {
            thresholds.FreeBytes = null;
            limits?.Invoke(thresholds);
        });
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<ISyncEngine>();
    }

    public ISyncEngine Engine { get; }

    public ISyncCollection<Note> Notes => Engine.Scope(ScopeName).Collection<Note>("notes");

    public async Task<HealthReportEntry> CheckAsync() =>
        Assert.Single((await _services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries).Value;

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
