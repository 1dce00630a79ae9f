using System.Diagnostics;
using System.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>
/// The CPU time of writing and syncing records with a counter and a set, against plain ones that last write wins: one device
/// writes and pushes, another pulls, the hub is in the process, so that all of their time counts.
/// </summary>
internal sealed class CrdtOverhead : IScenario
{
    private const int WarmUpTurnsMax = 40;

    public string Name => "crdt-overhead";

    public string Description => "CPU time of records with counter and set against plain ones; ratio at least 0.86 (1.16 ×)";

    public int DefaultRecords => 10_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        using var folder = new TempFolder();

        Task<double> ConflictFreeAsync() => MeasureAsync(folder, records, isConflictFree: true);
        Task<double> PlainAsync() => MeasureAsync(folder, records, isConflictFree: false);
        await Rounds.WarmUpAsync(ConflictFreeAsync, PlainAsync, WarmUpTurnsMax);
        TimeSpan compiled = JitInfo.GetCompilationTime();
        (double seconds, double baseline) = await Rounds.RunAsync(rounds, ConflictFreeAsync, PlainAsync, warmUps: 0);
        double compiling = (JitInfo.GetCompilationTime() - compiled).TotalSeconds / (rounds * (seconds + baseline));
        yield return new Measurement
        {
            Scenario = Name,
            Variant = $"CPU time {seconds / baseline:F2} × plain, {compiling:P1} of it compiling",
            Records = records,
            Seconds = seconds,
            OpsPerSecond = records / seconds,
            BaselineOpsPerSecond = records / baseline,
            Ratio = baseline / seconds,
            PeakRssMb = PeakMemory.ReadMb(),
        };
    }

    private static async Task<double> MeasureAsync(TempFolder folder, int records, bool isConflictFree)
    {
        await using var hubStore = new SqliteRecordStore(
            new SqliteStoreOptions { ConnectionString = $"Data Source={folder.NewFile("hub")}" });
        await hubStore.OpenAsync();
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(hubStore);
        var responder = new ReplicaResponder(hubStore, catalog, new ResponderOptions(), TimeProvider.System);
        await using ServiceProvider writer = Device(folder.NewFile("writer"), responder);
        await using ServiceProvider reader = Device(folder.NewFile("reader"), responder);
        TimeSpan began = Process.GetCurrentProcess().TotalProcessorTime;
        ISyncEngine engine = writer.GetRequiredService<ISyncEngine>();
        await WriteAsync(engine, records, isConflictFree);
        (await engine.SyncAsync()).ThrowIfFailed();
        ISyncEngine other = reader.GetRequiredService<ISyncEngine>();
        (await other.SyncAsync()).ThrowIfFailed();
        double seconds = (Process.GetCurrentProcess().TotalProcessorTime - began).TotalSeconds;
        ScopeStatus status = await other.Scope(BenchDevice.ScopeName).GetStatusAsync();
        Verify.Equal(records, status.RecordCount, "records pulled");
        Verify.Equal((await engine.Scope(BenchDevice.ScopeName).GetStatusAsync()).Digest, status.Digest, "the digest");
        return seconds;
    }

    private static async Task WriteAsync(ISyncEngine engine, int records, bool isConflictFree)
    {
        ISyncCollection<Attendance> attendance = engine.Scope(BenchDevice.ScopeName).Collection<Attendance>("attendance");
        ISyncCollection<PlainAttendance> plain = engine.Scope(BenchDevice.ScopeName).Collection<PlainAttendance>("plain");
        foreach (int[] batch in Enumerable.Range(0, records).Chunk(1000))
        {
            await engine.WriteAsync(write =>
            {
                foreach (int number in batch)
                {
                    string key = Result.KeyOf(number);
                    if (isConflictFree)
                    {
                        write.Patch(attendance, key, p =>
                        {
                            p.Set(a => a.Comment, Comment);
                            p.Counter(a => a.Present).Increment(number);
                            p.Set(a => a.Tags).Add("late");
                        });
                    }
                    else
                    {
                        write.Patch(plain, key, p => p
                            .Set(a => a.Comment, Comment).Set(a => a.Present, number).Set(a => a.Tags, ["late"]));
                    }
                }
            });
        }
    }

    private static ServiceProvider Device(string file, ReplicaResponder responder)
    {
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseSqlite($"Data Source={file}");
            sync.UseTransport(_ => new InProcessTransport(responder, PushCaller.Trusted));
            sync.Collection<Attendance>("attendance", c => c.Counter(a => a.Present).Set(a => a.Tags).SyncImmediately(false));
            sync.Collection<PlainAttendance>("plain", c => c.SyncImmediately(false));
            sync.Subscribe(BenchDevice.ScopeName);
            sync.SyncManually();
            sync.Configure(options => options.Durability = Durability.Normal);
        });
        return services.BuildServiceProvider();
    }

    private static readonly string Comment = Result.Of(1).Comment;

    /// <summary>A record with conflict-free fields.</summary>
    public sealed record Attendance
    {
        public string Comment { get; init; } = string.Empty;

        public long Present { get; init; }

        public string[] Tags { get; init; } = [];
    }

    /// <summary>The same fields, plain.</summary>
    public sealed record PlainAttendance
    {
        public string Comment { get; init; } = string.Empty;

        public long Present { get; init; }

        public string[] Tags { get; init; } = [];
    }
}
