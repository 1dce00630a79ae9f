using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine.ConflictFree;

/// <summary>A device with one collection of sheets.</summary>
internal sealed class SheetDevice : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public SheetDevice(
        ISyncTransport? transport,
        TimeProvider time,
        ConflictStrategy strategy = ConflictStrategy.LastWriteWins,
        Action<OrdoSyncBuilder>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddOrdoSync(sync =>
        {
            sync.UseMemory();
            if (transport is not null)
            {
                sync.UseTransport(_ => transport);
            }

            sync.Collection<Sheet>("sheets", c => c
                .Strategy(strategy)
                .Counter(s => s.Present)
                .Flag(s => s.Open)
                .Register(s => s.Room)
                .Set(s => s.Tags)
                .List(s => s.Items)
                .Text(s => s.Notes)
                .Map(s => s.Marks));
            sync.Subscribe(TestDevice.ScopeName);
            configure?.Invoke(sync);
        });
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<ISyncEngine>();
    }

    public ISyncEngine Engine { get; }

    public ISyncScope Scope => Engine.Scope(TestDevice.ScopeName);

    public ISyncCollection<Sheet> Sheets => Scope.Collection<Sheet>("sheets");

    public async Task SyncAsync() => (await Engine.SyncAsync()).ThrowIfFailed();

    public async Task<Sheet?> ReadAsync(string key = "1") => (await Sheets.GetAsync(key))?.Value;

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>Syncs until nobody can have news, and requires that all hold the same.</summary>
    public static async Task ConvergeAsync(TestHub hub, params SheetDevice[] devices)
    {
        for (int round = 0; round < 2; round++)
        {
            foreach (SheetDevice device in devices)
            {
                await device.SyncAsync();
            }
        }

        UInt128 expected = (await hub.StateAsync(TestDevice.ScopeName)).Digest;
        foreach (SheetDevice device in devices)
        {
            Assert.Equal(expected, (await device.Scope.GetStatusAsync()).Digest);
        }
    }
}
