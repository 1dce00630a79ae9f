using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ordo.QuickStart;

/// <summary>A hub: an ASP.NET Core app with a SQLite store.</summary>
internal static class Hub
{
    public static async Task<WebApplication> StartAsync(string folder)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        string file = Path.Combine(folder, "hub.db");

        builder.Services.AddOrdoSyncHub(hub => hub.UseSqlite($"Data Source={file}"));
        WebApplication app = builder.Build();
        app.MapOrdoSync("/sync");
        await app.StartAsync();

        return app;
    }
}
