using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Strategies.Tests.Worlds;

/// <summary>A device with an engine and one collection a strategy; others can sync with its store, too.</summary>
internal sealed class Device : IAsyncDisposable
{
    public const string ScopeName = "course/AAA-2013J";

    private readonly ServiceProvider _services;
    private readonly TimeProvider _time;
    private ReplicaResponder? _responder;

    public Device(
        string name,
        IRecordStore store,
        TimeProvider time,
        int pageBytesMax = 2 * 1024 * 1024,
        EntropySource? entropy = null,
        Action<OrdoSyncBuilder>? configure = null)
    {
        Name = name;
        Store = store;
        _time = time;
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddSingleton(entropy ?? EntropySource.System);
        services.AddOrdoSync(sync =>
        {
            sync.UseStructuredStore(_ => store);
            sync.UseTransport(_ => Transport);
            foreach (ConflictStrategy strategy in Enum.GetValues<ConflictStrategy>())
            {
                sync.Collection<Note>(CollectionOf(strategy), c => _ = strategy == ConflictStrategy.Custom
                    ? c.Resolve<HighestScore>()
                    : c.Strategy(strategy));
            }

            configure?.Invoke(sync);
            sync.Subscribe(ScopeName);
            sync.SyncManually();
            sync.Configure(options =>
            {
                options.Author = name;
                options.Durability = Durability.Normal;
                options.PageBytesMax = pageBytesMax;

                // The machine may be busy; what a slow resolver does is tested elsewhere.
                options.ResolverTimeLimit = TimeSpan.FromMinutes(1);
            });
        });
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<ISyncEngine>();
    }

    public string Name { get; }

    public IRecordStore Store { get; }

    public RoutedTransport Transport { get; } = new();

    public ISyncEngine Engine { get; }

    public static string CollectionOf(ConflictStrategy strategy) => strategy.ToString().ToLowerInvariant();

    public ISyncCollection<Note> Notes(ConflictStrategy strategy) =>
        Engine.Scope(ScopeName).Collection<Note>(CollectionOf(strategy));

    /// <summary>Syncs over a way to somebody.</summary>
    public async Task<SyncReport> SyncAsync(ISyncTransport peer)
    {
        Transport.Target = peer;
        return (await Engine.SyncAsync()).ThrowIfFailed();
    }

    /// <summary>The way to this device for a peer that it trusts.</summary>
    public async Task<ISyncTransport> ConnectAsync()
    {
        await Engine.OpenAsync();
        _responder ??= new ReplicaResponder(
            Store, ((SyncEngine)Engine).LanesOf(ScopeName)[0].Replica.Catalog, new ResponderOptions { TrustsRelays = true }, _time);
        return new InProcessTransport(_responder, PushCaller.Trusted);
    }

    public async Task<UInt128> DigestAsync() => (await Engine.Scope(ScopeName).GetStatusAsync()).Digest;

    public async Task<List<Conflict>> InboxAsync(ConflictStrategy strategy) =>
        await Engine.Conflicts.ListAsync(ScopeName, CollectionOf(strategy)).ToListAsync();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
