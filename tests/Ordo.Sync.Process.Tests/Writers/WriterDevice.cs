using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Faster;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Process.Tests.Writers;

/// <summary>
/// A device, with or without a hub, as an app sets it up; checkpoints come often and pages are small, so that kills hit them too.
/// </summary>
internal sealed class WriterDevice : IAsyncDisposable
{
    public const string ScopeName = "course/KILL";

    private const int CheckpointAfterKiBDefault = 256;

    // A quarter of what the log may grow to.
    private const int SqliteCheckpointAfterKiBMax = 16 * 1024;

    // Enough for a million marks.
    private const int IndexMemoryMaxKiB = 768 * 1024;

    // On a network that falls silent, much of the time would be waiting otherwise.
    private static readonly TimeSpan GivesUpAfter = TimeSpan.FromSeconds(3);

    private readonly ServiceProvider _services;

    public WriterDevice(
        string file,
        WriterStore store,
        Durability durability,
        Uri? hub = null,
        int checkpointAfterKiB = CheckpointAfterKiBDefault,
        bool isNetworkBad = false)
    {
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseSqlite($"Data Source={file}", options =>
                options.CheckpointAfterKiB = Math.Min(checkpointAfterKiB, SqliteCheckpointAfterKiBMax));
            if (store == WriterStore.Faster)
            {
                sync.UseFaster(FolderOf(file), options =>
                {
                    options.CheckpointAfterKiB = checkpointAfterKiB;
                    options.IndexMemoryMaxKiB = IndexMemoryMaxKiB;
                });
            }

            if (hub is not null)
            {
                sync.UseHttp(hub, http => http.RequestTimeout = isNetworkBad ? GivesUpAfter : http.RequestTimeout);
            }

            sync.Collection<Mark>("marks", marks => Declare(marks, store));
            sync.Subscribe(ScopeName);
            sync.SyncManually();
            sync.Configure(options =>
            {
                options.Durability = durability;
                options.PageBytesMax = 32 * 1024;
            });
        });
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<ISyncEngine>();
    }

    public ISyncEngine Engine { get; }

    public ISyncCollection<Mark> Marks => Engine.Scope(ScopeName).Collection<Mark>("marks");

    /// <summary>What the marks' scope is called in the store that holds them.</summary>
    public static string StoredScopeOf(WriterStore store) => ScopeLane.NameOf(ScopeName, store != WriterStore.Sqlite);

    /// <summary>Opens the store of a device that is closed or was killed.</summary>
    public static async Task<IRecordStore> OpenStoreAsync(string file, WriterStore store)
    {
        IRecordStore opened = store == WriterStore.Faster
            ? new FasterRecordStore(new FasterStoreOptions { Folder = FolderOf(file) })
            : new SqliteRecordStore(new SqliteStoreOptions { Path = file });
        await opened.OpenAsync();
        return opened;
    }

    /// <summary>The folder of a device's FASTER store.</summary>
    public static string FolderOf(string file) => file + ".faster";

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static void Declare(CollectionBuilder<Mark> marks, WriterStore store)
    {
        marks.Strategy(ConflictStrategy.LastWriteWins).SyncImmediately(false).Index(mark => mark.Value);
        if (store != WriterStore.Sqlite)
        {
            marks.InEphemeralStore();
        }
    }
}
