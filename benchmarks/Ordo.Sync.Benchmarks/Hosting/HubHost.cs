using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>The hub's process: SQLite or PostgreSQL, loopback, until standard input ends.</summary>
internal static class HubHost
{
    public static async Task<int> RunAsync(string file, bool withBlobs, bool withTelemetry)
    {
        using Telemetry? telemetry = withTelemetry ? new Telemetry() : null;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddOrdoSyncHub(hub =>
        {
            if (HubStores.TryParse(file, out string schema, out string connectionString))
            {
                hub.UsePostgreSql(connectionString, options => options.Schema = schema);
            }
            else
            {
                hub.UseSqlite($"Data Source={file}");
            }

            if (withBlobs)
            {
                hub.UseFileSystemBlobs(file + "-blobs");
            }
        });
        await using WebApplication app = builder.Build();
        app.MapOrdoSync("/sync");
        if (withBlobs)
        {
            BareFiles.Map(app, file + "-bare");
        }

        await app.StartAsync();
        await Console.Out.WriteLineAsync($"{app.Urls.First()}/sync");
        await Console.Out.FlushAsync();
        while (await Console.In.ReadLineAsync() is not null)
        {
            // Nothing is said on standard input: only its end counts.
        }

        await app.StopAsync();
        return 0;
    }
}
