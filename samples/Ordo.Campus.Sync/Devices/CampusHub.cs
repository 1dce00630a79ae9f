using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Storage;

namespace Ordo.Campus.Sync.Devices;

/// <summary>A hub on this machine: an ASP.NET Core app with a SQLite store.</summary>
internal sealed class CampusHub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SqliteRecordStore _store;

    private CampusHub(WebApplication app, SqliteRecordStore store)
    {
        _app = app;
        _store = store;
    }

    /// <summary>Where devices sync.</summary>
    public Uri Address => new(new Uri(_app.Services.GetRequiredService<IServer>().Features
        .GetRequiredFeature<IServerAddressesFeature>().Addresses.First()), "/sync");

    /// <summary>Starts a hub; port 0 takes a free one.</summary>
    public static async Task<CampusHub> StartAsync(string file, int port, CancellationToken cancellationToken)
    {
        var store = new SqliteRecordStore(new SqliteStoreOptions { Path = file });
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // Standard output is the address's.
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddOrdoSyncHub(hub => hub.UseStructuredStore(_ => store));
        WebApplication app = builder.Build();
        app.MapOrdoSync("/sync");
        await app.StartAsync(cancellationToken);
        return new CampusHub(app, store);
    }

    /// <summary>What the hub holds of a scope.</summary>
    public async Task<ScopeState> ReadAsync(string scope)
    {
        await using IStoreSnapshot snapshot = await _store.ReadAsync();
        return await snapshot.GetScopeAsync(scope);
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
