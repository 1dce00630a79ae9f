using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Sqlite.Encryption;

namespace Ordo.Sync.Cli.Tests;

/// <summary>A folder with real stores, and a hub over HTTP where a test wants one.</summary>
internal sealed class Campus : IAsyncDisposable
{
    public const string Scope = "course/AAA-2013J";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ordo-cli-");
    private readonly List<ServiceProvider> _devices = [];
    private WebApplication? _hub;
    private int _keptCount;

    public string this[string name] => Path.Combine(_folder.FullName, name);

    public Uri? Address { get; private set; }

    /// <summary>What the stores of apps are encrypted with; by default they are not.</summary>
    public SqliteEncryptionKeys? Keys { get; set; }

    public async Task StartHubAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddOrdoSyncHub(hub => hub.UseSqlite($"Data Source={this["hub.db"]}"));
        _hub = builder.Build();
        _hub.MapOrdoSync("/sync");
        await _hub.StartAsync();
        Address = new Uri(_hub.Urls.First() + "/sync");
    }

    /// <summary>Stops the hub; its store may be opened by others then, and the hub started again.</summary>
    public async Task StopHubAsync()
    {
        await _hub!.DisposeAsync();
        _hub = null;
    }

    /// <summary>An app with a store open; it stays open until it is closed.</summary>
    public async Task<ISyncEngine> OpenAsync(string name)
    {
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseSqlite($"Data Source={this[name]}", options => options.Encryption = Keys);
            if (Address is not null)
            {
                sync.UseHttp(Address);
            }

            sync.Collection<Grade>("grades", grades => grades
                .Strategy(ConflictStrategy.AcademicRecord).Index(grade => grade.Score));
            sync.Subscribe(Scope);
            sync.SyncManually();
            sync.Configure(options => options.Author = Path.GetFileNameWithoutExtension(name));
        });
        ServiceProvider provider = services.BuildServiceProvider();
        _devices.Add(provider);
        var engine = provider.GetRequiredService<ISyncEngine>();
        await engine.OpenAsync();
        return engine;
    }

    /// <summary>Closes all apps, as users do before they let a tool write.</summary>
    public async Task CloseAppsAsync()
    {
        foreach (ServiceProvider device in _devices)
        {
            await device.DisposeAsync();
        }

        _devices.Clear();
    }

    public static ISyncCollection<Grade> Grades(ISyncEngine engine) => engine.Scope(Scope).Collection<Grade>("grades");

    /// <summary>A device with a few grades, closed again.</summary>
    public async Task FillAsync(string name, int count = 5)
    {
        ISyncEngine engine = await OpenAsync(name);
        for (int i = 0; i < count; i++)
        {
            await Grades(engine).PutAsync($"student/{i}", new Grade { Score = i, Comment = "first" });
        }

        if (Address is not null)
        {
            (await engine.SyncAsync()).ThrowIfFailed();
        }

        await CloseAppsAsync();
    }

    /// <summary>A device on which two people's edits of student/1 disagree, closed again.</summary>
    public async Task DisputeAsync()
    {
        await StartHubAsync();
        await FillAsync("ann.db");
        ISyncEngine bob = await OpenAsync("bob.db");
        (await bob.SyncAsync()).ThrowIfFailed();
        ISyncEngine ann = await OpenAsync("ann.db");
        await Grades(ann).PutAsync("student/1", new Grade { Score = 60, Comment = "first" });
        await Grades(bob).PutAsync("student/1", new Grade { Score = 70, Comment = "late" });
        (await ann.SyncAsync()).ThrowIfFailed();
        (await bob.SyncAsync()).ThrowIfFailed();
        (await ann.SyncAsync()).ThrowIfFailed();
        await CloseAppsAsync();
    }

    /// <summary>Copies a closed store with all files that belong to it.</summary>
    /// <returns>The copy, a store of its own.</returns>
    public string Keep(string name)
    {
        DirectoryInfo copy = _folder.CreateSubdirectory("kept-" + _keptCount++);
        CopyFiles(_folder, copy, name);
        return Path.Combine(copy.FullName, name);
    }

    /// <summary>Makes a closed store what it was when it was copied.</summary>
    public void PutBack(string kept, string name)
    {
        foreach (FileInfo file in _folder.EnumerateFiles(name + "*"))
        {
            file.Delete();
        }

        CopyFiles(new FileInfo(kept).Directory!, _folder, name);
    }

    public void Alter(string name, string sql)
    {
        var builder = new SqliteConnectionStringBuilder { DataSource = this[name], Pooling = false };
        using var connection = new SqliteConnection(builder.ToString());
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The SQL is the test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        Assert.NotEqual(0, command.ExecuteNonQuery());
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAppsAsync();
        if (_hub is not null)
        {
            await _hub.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private static void CopyFiles(DirectoryInfo from, DirectoryInfo to, string name)
    {
        foreach (FileInfo file in from.EnumerateFiles(name + "*"))
        {
            file.CopyTo(Path.Combine(to.FullName, file.Name));
        }
    }
}
