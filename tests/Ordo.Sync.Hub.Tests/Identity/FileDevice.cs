using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Syncing;

namespace Ordo.Sync.Hub.Tests.Identity;

/// <summary>A device as an app builds it: SQLite in a folder, HTTP to a hub.</summary>
internal sealed class FileDevice : IAsyncDisposable
{
    public const string Scope = "course/AAA-2013J";

    private readonly ServiceProvider _services;

    public FileDevice(string folder, Uri hub)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseSqlite($"Data Source={Path.Combine(Folder, "device.db")}");
            sync.UseHttp(hub);
            sync.Collection<Line>("lines", lines => lines.Strategy(ConflictStrategy.LastWriteWins));
            sync.Subscribe(Scope);
            sync.SyncManually();
        });
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<ISyncEngine>();
    }

    public string Folder { get; }

    public ISyncEngine Engine { get; }

    public ISyncCollection<Line> Lines => Engine.Scope(Scope).Collection<Line>("lines");

    public async Task PutAsync(params IEnumerable<string> keys)
    {
        foreach (string key in keys)
        {
            await Lines.PutAsync(key, new Line { Text = key });
        }
    }

    public async Task<SyncReport> SyncAsync() => (await Engine.SyncAsync()).ThrowIfFailed();

    public async Task<List<string>> KeysAsync()
    {
        var keys = new List<string>();
        await foreach (Record<Line> line in Lines.QueryAsync())
        {
            Assert.Equal(line.Key, line.Value!.Text);
            keys.Add(line.Key);
        }

        return keys;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
