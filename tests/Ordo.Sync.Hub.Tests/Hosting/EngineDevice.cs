using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Syncing;

namespace Ordo.Sync.Hub.Tests.Hosting;

/// <summary>A device as an app would set it up: HTTP to a hub, over a store in memory where a test chooses no other.</summary>
internal sealed class EngineDevice : IAsyncDisposable
{
    public const string Scope = "course/AAA-2013J";

    private readonly ServiceProvider _services;

    public EngineDevice(Uri hub, Action<OrdoSyncBuilder>? setUp = null, Action<IHttpClientBuilder>? client = null)
    {
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseMemory();
            IHttpClientBuilder http = sync.UseHttp(hub);
            client?.Invoke(http);
            sync.Collection<Note>("notes", notes => notes.Strategy(ConflictStrategy.LastWriteWins));
            sync.Subscribe(Scope);
            sync.SyncManually();
            setUp?.Invoke(sync);
        });
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<ISyncEngine>();
    }

    public ISyncEngine Engine { get; }

    public ISyncCollection<Note> Notes => NotesOf(Scope);

    public ISyncCollection<Note> NotesOf(string scope) => Engine.Scope(scope).Collection<Note>("notes");

    public async Task PutAsync(params IEnumerable<string> keys)
    {
        foreach (string key in keys)
        {
            await Notes.PutAsync(key, new Note { Text = key });
        }
    }

    public Task WriteAsync(string prefix, int from, int count) => Engine.WriteAsync(batch =>
    {
        for (int i = from; i < from + count; i++)
        {
            batch.Put(Notes, $"{prefix}/{i}", new Note { Text = $"{prefix} {i}" });
        }
    }).AsTask();

    public async Task<SyncReport> SyncAsync() => (await Engine.SyncAsync()).ThrowIfFailed();

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

    /// <summary>The keys of all notes, those that <see cref="PutAsync"/> wrote.</summary>
    public async Task<List<string>> KeysAsync()
    {
        var keys = new List<string>();
        await foreach (Record<Note> note in Notes.QueryAsync())
        {
            Assert.Equal(note.Key, note.Value!.Text);
            keys.Add(note.Key);
        }

        return keys;
    }

    public async Task<ScopeStatus> StatusAsync() => await Engine.Scope(Scope).GetStatusAsync();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
