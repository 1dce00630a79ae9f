using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>One of many devices in a process: as an app would set it up, over a store in memory.</summary>
internal sealed class LoadDevice : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly ISyncEngine _engine;

    public LoadDevice(Uri hub, string scope)
    {
        ScopeName = scope;
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseMemory();
            sync.UseHttp(hub);
            sync.Collection<Result>("results", results => results.Strategy(ConflictStrategy.LastWriteWins));
            sync.Subscribe(scope);
            sync.SyncManually();
        });
        _services = services.BuildServiceProvider();
        _engine = _services.GetRequiredService<ISyncEngine>();
    }

    public string ScopeName { get; }

    private ISyncCollection<Result> Results => _engine.Scope(ScopeName).Collection<Result>("results");

    public async Task WriteAsync(string prefix, int count) => await _engine.WriteAsync(batch =>
    {
        for (int i = 0; i < count; i++)
        {
            batch.Put(Results, $"{prefix}/{i}", Result.Of(i));
        }
    });

    public async Task SyncAsync() => (await _engine.SyncAsync()).ThrowIfFailed();

    public async Task<ScopeStatus> StatusAsync() => await _engine.Scope(ScopeName).GetStatusAsync();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
