using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Company.OrdoApp;

if (args is not ([_, "add", _] or [_, "list" or "sync" or "watch"]))
{
    Console.Error.WriteLine("usage: NAME add TEXT | NAME list | NAME sync | NAME watch");
    return 1;
}

string name = args[0];
var builder = Host.CreateEmptyApplicationBuilder(settings: null);
builder.Services.AddOrdoSync(sync =>
{
    sync.UseSqlite($"Data Source={name}.db");
    sync.UseHttp(new Uri("http://127.0.0.1:5080/sync"));
    sync.Collection<Note>("notes", notes => notes.Strategy(ConflictStrategy.MergePreservingHistory));
    sync.Subscribe("team");
    sync.Configure(options => options.Author = name);
    if (args[1] != "watch")
    {
        sync.SyncManually(); // one command, one sync; while it watches, the background service syncs
    }
});
using var host = builder.Build();
await host.StartAsync();

var engine = host.Services.GetRequiredService<ISyncEngine>();
var notes = engine.Scope("team").Collection<Note>("notes");
switch (args[1])
{
    case "add":
        await notes.PutAsync(Guid.CreateVersion7().ToString(), new Note { Text = args[2] });
        Console.WriteLine("stored");
        break;

    case "list":
        await foreach (var note in notes.QueryAsync())
        {
            Console.WriteLine($"{note.Author}: {note.Value.Text}");
        }

        break;

    case "sync":
        var report = await engine.SyncAsync();
        Console.WriteLine($"{report.Status}: {report.PushedCount} pushed, {report.PulledCount} pulled. {report.Error?.Message}");
        break;

    case "watch":
        Console.WriteLine("Watching; Ctrl+C ends it.");
        CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await foreach (var change in notes.WatchAsync(stopping))
            {
                Console.WriteLine($"{change.Origin}: {change.Record?.Value.Text ?? "(deleted)"}");
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Ctrl+C
        }

        break;
}

await host.StopAsync();
return 0;
