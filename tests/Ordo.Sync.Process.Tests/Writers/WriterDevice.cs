using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Process.Tests.Writers;

/// <summary>A device without a hub, as an app sets it up; checkpoints come often, so that kills hit them too.</summary>
internal sealed class WriterDevice : IAsyncDisposable
{
    public const string ScopeName = "course/KILL";

    private readonly ServiceProvider _services;

    public WriterDevice(string file, Durability durability)
    {
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseSqlite($"Data Source={file}", options => options.CheckpointAfterKiB = 256);
            sync.Collection<Mark>("marks", marks => marks
                .Strategy(ConflictStrategy.LastWriteWins)
                .SyncImmediately(false)
                .Index(mark => mark.Value));
            sync.Subscribe(ScopeName);
            sync.SyncManually();
            sync.Configure(options => options.Durability = durability);
        });
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<ISyncEngine>();
    }

    public ISyncEngine Engine { get; }

    public ISyncCollection<Mark> Marks => Engine.Scope(ScopeName).Collection<Mark>("marks");

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
