using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ordo.QuickStart;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Engine.Writes;

string folder = Directory.CreateTempSubdirectory("ordo-quickstart-").FullName;
try
{
    await using WebApplication hub = await Hub.StartAsync(folder);
    var address = new Uri($"{hub.Urls.First()}/sync");
    using IHost lecturer = await Device.StartAsync("lecturer", folder, address);
    using IHost student = await Device.StartAsync("student", folder, address);
    await RunAsync(
        lecturer.Services.GetRequiredService<ISyncEngine>(), student.Services.GetRequiredService<ISyncEngine>());
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static async Task RunAsync(ISyncEngine engine, ISyncEngine other)
{
    ISyncCollection<Grade> grades = engine.Scope("course/AAA-2013J").Collection<Grade>("grades");
    await grades.PutAsync("11391/1752", new Grade { StudentId = 11391, Score = 78 });
    await grades.PatchAsync("11391/1752", patch => patch.Set(grade => grade.Score, 80));
    Record<Grade>? record = await grades.GetAsync("11391/1752");
    Console.WriteLine($"lecturer, offline: {record?.Value.Score}, written by {record?.Author}");

    await engine.WriteAsync(batch => batch
        .Put(grades, "11391/1753", new Grade { StudentId = 11391, Score = 91 })
        .Put(grades, "28400/1752", new Grade { StudentId = 28400, Score = 55 })
        .Delete(grades, "28400/1751"));

    ISyncCollection<Grade> elsewhere = other.Scope("course/AAA-2013J").Collection<Grade>("grades");
    Task<string> seen = WatchOneAsync(elsewhere);

    SyncReport report = await engine.SyncAsync();
    Console.WriteLine($"lecturer: {report.Status}, {report.PushedCount} records pushed");
    report = await other.SyncAsync();
    Console.WriteLine($"student: {report.Status}, {report.PulledCount} records pulled; first seen: {await seen}");

    await foreach (Record<Grade> found in elsewhere.QueryAsync(
        query => query.Where(grade => grade.StudentId, 11391)))
    {
        Console.WriteLine($"student finds {found.Key}: {found.Value.Score}");
    }

    // Both edit the same record without knowing of each other, then sync.
    await elsewhere.PatchAsync("11391/1752", patch => patch.Set(grade => grade.Comment, "Is this right?"));
    WriteReceipt receipt = await grades.PatchAsync("11391/1752", patch => patch.Set(grade => grade.Score, 82));
    Task<WriteOutcome> outcome = receipt.Synced();
    foreach (ISyncEngine next in (ISyncEngine[])[other, engine, other])
    {
        (await next.SyncAsync()).ThrowIfFailed();
    }

    Console.WriteLine($"lecturer's last write: {await outcome}");
    await grades.DeleteAsync("11391/1753");
    await engine.SyncAsync();
    await other.SyncAsync();

    ScopeStatus here = await engine.Scope("course/AAA-2013J").GetStatusAsync();
    ScopeStatus there = await other.Scope("course/AAA-2013J").GetStatusAsync();
    Console.WriteLine($"{here.RecordCount} records, converged: {here.Digest == there.Digest}");
}

static async Task<string> WatchOneAsync(ISyncCollection<Grade> grades)
{
    await foreach (RecordChange<Grade> change in grades.WatchAsync())
    {
        return $"{change.Key} ({change.Origin})";
    }

    return "nothing";
}
