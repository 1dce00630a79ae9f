using System.Diagnostics;
using Ordo.Sync.Benchmarks.Baselines;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Benchmarks.Scenarios;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Benchmarks.Comparison;

/// <summary>
/// What else one would pick, with the same records, at the same durability (a write survives the process; a power cut may take the
/// last ones), in one run: each round runs all of them. The baseline of each line is direct SQLite doing the same work.
/// </summary>
internal sealed class ComparisonWithOthers : IScenario
{
    private const int BatchSize = 100;
    private const int WarmUpRecords = 1_000;

    private static readonly MessagePackPayloadSerializer Serializer = new();

    private readonly NodePeer[] _peers = [new("PouchDB", "pouchdb.mjs"), new("RxDB in Chromium", "rxdb.mjs")];

    public string Name => "comparison";

    public string Description =>
        "direct SQLite, EF Core with an outbox, PouchDB, RxDB: single writes, batches of 100, push (npm ci --prefix benchmarks/peers)";

    public int DefaultRecords => 10_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        if (!NodePeer.IsInstalled)
        {
            await Console.Error.WriteLineAsync("PouchDB and RxDB are left out: run 'npm ci --prefix benchmarks/peers'.");
        }

        int singles = Math.Max(1, records / 5);
        var taken = new Dictionary<(string Work, string Who), List<(int Records, double Seconds)>>();
        for (int round = 0; round <= rounds; round++)
        {
            await foreach ((string work, string who, int count, double seconds) in RoundAsync(singles, records))
            {
                if (!taken.TryGetValue((work, who), out List<(int Records, double Seconds)>? list))
                {
                    taken[(work, who)] = list = [];
                }

                list.Add((count, seconds));
            }
        }

        foreach (((string work, string who), List<(int Records, double Seconds)> list) in taken.OrderBy(x => x.Key.Work, StringComparer.Ordinal))
        {
            // The first round warms up.
            double seconds = Rounds.Median(list.Skip(1).Select(x => x.Seconds));
            double? direct = taken.TryGetValue((work, "direct SQLite"), out List<(int Records, double Seconds)>? rows)
                ? rows[0].Records / Rounds.Median(rows.Skip(1).Select(x => x.Seconds))
                : null;
            double rate = list[0].Records / seconds;
            yield return new Measurement
            {
                Scenario = Name,
                Variant = $"{work}: {who}",
                Records = list[0].Records,
                Seconds = seconds,
                OpsPerSecond = rate,
                BaselineOpsPerSecond = direct,
                Ratio = rate / direct,
                PeakRssMb = PeakMemory.ReadMb(),
            };
        }
    }

    private async IAsyncEnumerable<(string Work, string Who, int Records, double Seconds)> RoundAsync(int singles, int many)
    {
        using var folder = new TempFolder();
        yield return ("single", "direct SQLite", singles, Direct(folder.NewFile("direct"), singles, 1));
        yield return ("batch100", "direct SQLite", many, Direct(folder.NewFile("direct"), many, BatchSize));
        yield return ("single", "EF Core with outbox", singles, await EfOutbox.WriteAsync(folder.NewFile("ef"), singles, 1));
        yield return ("batch100", "EF Core with outbox", many, await EfOutbox.WriteAsync(folder.NewFile("ef"), many, BatchSize));
        yield return ("single", "Ordo.Sync", singles, await WriteAsync(folder.NewFile("device"), singles, 1));
        await using HubProcess hub = await HubProcess.StartAsync(folder.NewFile("hub"));
        await WarmUpAsync(folder.NewFile("device"), hub, many);
        await using var device = new BenchDevice(folder.NewFile("device"), hub.Address, Durability.Normal);
        yield return ("batch100", "Ordo.Sync", many, await WriteAsync(device, many, BatchSize));
        long began = Stopwatch.GetTimestamp();
        Verify.Equal(many, (await device.SyncAsync()).PushedCount, "records pushed");
        yield return ("push", "Ordo.Sync", many, Stopwatch.GetElapsedTime(began).TotalSeconds);
        foreach (NodePeer peer in NodePeer.IsInstalled ? _peers : [])
        {
            foreach ((string work, (int count, double seconds)) in await peer.RunAsync(singles, many))
            {
                yield return (work, peer.Name, count, seconds);
            }
        }
    }

    private static double Direct(string file, int count, int perTransaction)
    {
        (string, byte[])[] records = [.. Enumerable.Range(0, count).Select(i =>
            (Result.KeyOf(i), Serializer.Serialize(Result.Of(i)).ToArray()))];
        using var direct = new DirectSqlite(file, Durability.Normal);
        long began = Stopwatch.GetTimestamp();
        direct.Write(records, perTransaction);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Another device pushes other records: a new hub compiles what it runs for the first time.</summary>
    private static async Task WarmUpAsync(string file, HubProcess hub, int first)
    {
        await using var device = new BenchDevice(file, hub.Address, Durability.Normal);
        await WriteAsync(device, WarmUpRecords, BatchSize, first);
        Verify.Equal(WarmUpRecords, (await device.SyncAsync()).PushedCount, "records pushed");
    }

    private static async Task<double> WriteAsync(string file, int count, int perBatch)
    {
        await using var device = new BenchDevice(file, durability: Durability.Normal);
        return await WriteAsync(device, count, perBatch);
    }

    private static async Task<double> WriteAsync(BenchDevice device, int count, int perBatch, int first = 0)
    {
        await device.Engine.OpenAsync();
        long began = Stopwatch.GetTimestamp();
        foreach (int[] numbers in Enumerable.Range(first, count).Chunk(perBatch))
        {
            await device.Engine.WriteAsync(batch =>
            {
                foreach (int number in numbers)
                {
                    batch.Put(device.Results, Result.KeyOf(number), Result.Of(number));
                }
            });
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Verify.Equal(count, (await device.StatusAsync()).RecordCount, "records written");
        return seconds;
    }
}
