using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Syncing;

namespace Ordo.Sync.PostgreSql.Tests.Hosting;

/// <summary>A device as an app would set it up, over a store in memory.</summary>
internal sealed class EngineDevice : IAsyncDisposable
{
    public const string Scope = "course/AAA-2013J";

    private readonly ServiceProvider _services;

    public EngineDevice(Uri hub)
    {
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseMemory();
            sync.UseHttp(hub);
            sync.Collection<Note>("notes", notes => notes.Strategy(ConflictStrategy.LastWriteWins));
            sync.Subscribe(Scope);
            sync.SyncManually();
        });
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<ISyncEngine>();
    }

    public ISyncEngine Engine { get; }

    public ISyncCollection<Note> Notes => Engine.Scope(Scope).Collection<Note>("notes");

    public Task WriteAsync(string prefix, int from, int count) => Engine.WriteAsync(batch =>
    {
        for (int i = from; i < from + count; i++)
        {
            batch.Put(Notes, $"{prefix}/{i}", new Note { Text = $"{prefix} {i}" });
        }
    }).AsTask();

    /// <summary>Syncs until nothing is left to send; failures on the way are what the tests are about.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            SyncReport report = await Engine.SyncAsync(cancellationToken: cancellationToken);
            if (report.Error is null)
            {
                return;
            }

            Assert.True(report.Error.IsTransient, report.Error.ToString());
            await Task.Delay(50, cancellationToken);
        }
    }

    public async Task<ScopeStatus> StatusAsync() => await Engine.Scope(Scope).GetStatusAsync();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
