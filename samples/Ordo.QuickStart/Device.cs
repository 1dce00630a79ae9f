using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ordo.Sync.Conflicts;

namespace Ordo.QuickStart;

/// <summary>A device: any .NET host, here an empty one.</summary>
internal static class Device
{
    public static async Task<IHost> StartAsync(string name, string folder, Uri hub)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        string file = Path.Combine(folder, $"{name}.db");

        builder.Services.AddOrdoSync(sync =>
        {
            sync.UseSqlite($"Data Source={file}");
            sync.UseHttp(hub);
            sync.Collection<Grade>("grades", grades => grades
                .Strategy(ConflictStrategy.LastWriteWins)
                .Index(grade => grade.StudentId));
            sync.Subscribe("course/AAA-2013J");
            sync.Configure(options => options.Author = name);
            sync.SyncManually(); // without this line a background service syncs
        });

        IHost host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
