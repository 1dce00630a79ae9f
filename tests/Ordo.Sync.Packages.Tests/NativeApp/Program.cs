using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// NativeApp HUB NAME FOLDER: writes as NAME, syncs, and prints what it holds and how long it took to be ready.
var hub = new Uri(args[0]);
string name = args[1];
var builder = Host.CreateEmptyApplicationBuilder(settings: null);
builder.Services.AddOrdoSync(sync =>
{
    sync.UseSqlite($"Data Source={Path.Combine(args[2], name + ".db")}");
    sync.UseHttp(hub);
    sync.UseSerializer(new JsonPayloadSerializer(NativeJson.Default));
    sync.Collection<Grade>("grades", c => c
        .Strategy(ConflictStrategy.MergePreservingHistory)
        .Index(g => g.StudentId)
        .Counter(g => g.Views));
    sync.Subscribe("course/AAA-2013J");
    sync.Configure(options => options.Author = name);
    sync.SyncManually();
});
using var host = builder.Build();
await host.StartAsync();
TimeSpan started = DateTime.Now - Process.GetCurrentProcess().StartTime;

var engine = host.Services.GetRequiredService<ISyncEngine>();
var grades = engine.Scope("course/AAA-2013J").Collection<Grade>("grades");
await grades.PutAsync(name, new Grade { StudentId = 11391, Score = 78 });
await grades.PatchAsync(name, p => p.Set(g => g.Score, 80).Counter(g => g.Views).Increment());
SyncReport report = await engine.SyncAsync();
report.ThrowIfFailed();
await foreach (var grade in grades.QueryAsync(q => q.Where(g => g.StudentId, 11391)))
{
    Console.WriteLine($"{grade.Key}: {grade.Value.Score}, seen {grade.Value.Views} times");
}

Console.WriteLine($"{report.Status}: {report.PushedCount} pushed, {report.PulledCount} pulled");
Console.WriteLine($"ready after {started.TotalMilliseconds:F0} ms");
await host.StopAsync();
