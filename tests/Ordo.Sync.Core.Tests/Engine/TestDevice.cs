using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A device in memory, with one collection of notes in one scope.</summary>
internal sealed class TestDevice : IAsyncDisposable
{
    public const string ScopeName = "course/AAA-2013J";

    private readonly ServiceProvider _services;

    public TestDevice(
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

            sync.Collection<Note>("notes", c => c.Strategy(strategy).Index(note => note.Score));
            sync.Subscribe(ScopeName);
            configure?.Invoke(sync);
        });
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<ISyncEngine>();
    }

    public ISyncEngine Engine { get; }

    public ISyncScope Scope => Engine.Scope(ScopeName);

    public ISyncCollection<Note> Notes => Scope.Collection<Note>("notes");

    public async Task<SyncReport> SyncAsync() => (await Engine.SyncAsync()).ThrowIfFailed();

    public async Task<UInt128> DigestAsync() => (await Scope.GetStatusAsync()).Digest;

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
