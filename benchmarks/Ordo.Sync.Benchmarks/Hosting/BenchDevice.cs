using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>A device with a SQLite or a FASTER store, as an app would set it up.</summary>
internal sealed class BenchDevice : IAsyncDisposable
{
    public const string ScopeName = "course/AAA-2013J";

    private readonly ServiceProvider _services;

    public BenchDevice(
        string file, Uri? hub = null, Durability durability = Durability.Full,
        ConflictStrategy strategy = ConflictStrategy.LastWriteWins,
        bool isEphemeral = false,
        ResourceProfile? profile = null)
    {
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            if (isEphemeral)
            {
                sync.UseMemory().UseFaster(file);
            }
            else
            {
                sync.UseSqlite($"Data Source={file}");
            }

            if (hub is not null)
            {
                sync.UseHttp(hub);
            }

            sync.Collection<Result>("results", c => Declare(c, strategy, isEphemeral));
            sync.Subscribe(ScopeName);
            sync.SyncManually();
            sync.UseProfile(profile ?? ResourceProfile.Default);
            sync.Configure(options => options.Durability = durability);
        });
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<ISyncEngine>();
    }

    private static void Declare(CollectionBuilder<Result> collection, ConflictStrategy strategy, bool isEphemeral)
    {
        CollectionBuilder<Result> declared = strategy == ConflictStrategy.Custom
            ? collection.Resolve<HighestScore>()
            : collection.Strategy(strategy);
        declared.SyncImmediately(false);
        if (isEphemeral)
        {
            collection.InEphemeralStore();
        }
    }

    public ISyncEngine Engine { get; }

    public ISyncCollection<Result> Results => Engine.Scope(ScopeName).Collection<Result>("results");

    public async Task<ScopeStatus> StatusAsync() => await Engine.Scope(ScopeName).GetStatusAsync();

    public async Task<SyncReport> SyncAsync() => (await Engine.SyncAsync()).ThrowIfFailed();

    /// <summary>Writes records in batches of 1,000.</summary>
    public async Task FillAsync(int from, int count)
    {
        foreach (int[] batch in Enumerable.Range(from, count).Chunk(1000))
        {
            await Engine.WriteAsync(write =>
            {
                foreach (int number in batch)
                {
                    write.Put(Results, Result.KeyOf(number), Result.Of(number));
                }
            });
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
