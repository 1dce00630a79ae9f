using System.Diagnostics;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>A live collection over many records: filling it, single changes, a bulk of changes.</summary>
internal sealed class LiveCollections : IScenario
{
    private const int Changes = 500;
    private const int Bulk = 10_000;

    public string Name => "live-collection";

    public string Description =>
        "a sorted live collection of 100,000 records: filled (against a query and a sort), single changes until shown, 10,000 at once";

    public int DefaultRecords => 100_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        using var folder = new TempFolder();
        await using var device = new BenchDevice(folder.NewFile("device"), durability: Durability.Normal);
        await device.FillAsync(0, records);
        (double seconds, double baseline) = await Rounds.RunAsync(
            rounds, () => FillAsync(device, records), () => QueryAsync(device, records));
        yield return new Measurement
        {
            Scenario = Name,
            Variant = "fill",
            Records = records,
            Seconds = seconds,
            OpsPerSecond = records / seconds,
            BaselineOpsPerSecond = records / baseline,
            Ratio = baseline / seconds,
            PeakRssMb = PeakMemory.ReadMb(),
        };
        using LiveCollection<Result> live = await OpenAsync(device);
        yield return await FollowAsync(device, live, records);
        yield return await FollowBulkAsync(device, live, records);
    }

    private static async Task<LiveCollection<Result>> OpenAsync(BenchDevice device)
    {
        LiveCollection<Result> live = device.Results.Live(options =>
        {
            options.Order = Compare;
            options.Pause = TimeSpan.Zero;
        });
        await live.Loaded;
        return live;
    }

    private static int Compare(Result left, Result right) => Nullable.Compare(right.Score, left.Score);

    private static async Task<double> FillAsync(BenchDevice device, int records)
    {
        long began = Stopwatch.GetTimestamp();
        using LiveCollection<Result> live = await OpenAsync(device);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Verify.Equal(records, live.Count, "records in the live collection");
        return seconds;
    }

    private static async Task<double> QueryAsync(BenchDevice device, int records)
    {
        long began = Stopwatch.GetTimestamp();
        var found = new List<Record<Result>>();
        await foreach (Record<Result> record in device.Results.QueryAsync())
        {
            found.Add(record);
        }

        found.Sort((left, right) => Compare(left.Value, right.Value));
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Verify.Equal(records, found.Count, "records found by the query");
        return seconds;
    }

    // From the call of PutAsync until the event is raised: the commit is part of it.
    private async Task<Measurement> FollowAsync(BenchDevice device, LiveCollection<Result> live, int records)
    {
        var shown = new SemaphoreSlim(0);
        live.CollectionChanged += OnChanged;
        var latencies = new List<double>();
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < Changes; i++)
        {
            int number = (int)(i * 7919L % records);
            long wrote = Stopwatch.GetTimestamp();
            await device.Results.PutAsync(Result.KeyOf(number), Result.Of(number) with { Score = 1000 + i });
            await shown.WaitAsync();
            while (live.Find(Result.KeyOf(number))?.Value.Score != 1000 + i)
            {
                await shown.WaitAsync();
            }

            latencies.Add(Stopwatch.GetElapsedTime(wrote).TotalMilliseconds);
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        live.CollectionChanged -= OnChanged;
        Verify.Equal<int?>(1000 + Changes - 1, live[0].Value.Score, "the greatest score, shown first");
        return new Measurement
        {
            Scenario = Name,
            Variant = "single changes",
            Records = records,
            Seconds = seconds,
            OpsPerSecond = Changes / seconds,
            MedianMs = Rounds.Median(latencies),
            P99Ms = Rounds.Percentile(latencies, 0.99),
            PeakRssMb = PeakMemory.ReadMb(),
        };

        void OnChanged(object? sender, EventArgs change) => shown.Release();
    }

    private async Task<Measurement> FollowBulkAsync(BenchDevice device, LiveCollection<Result> live, int records)
    {
        int events = 0;
        live.CollectionChanged += OnChanged;
        long began = Stopwatch.GetTimestamp();
        await device.FillAsync(records, Bulk);
        while (live.Count < records + Bulk)
        {
            await Task.Delay(1);
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        live.CollectionChanged -= OnChanged;
        Verify.Equal(records + Bulk, live.Count, "records in the live collection");
        return new Measurement
        {
            Scenario = Name,
            Variant = $"{Bulk} at once, {events} events",
            Records = records,
            Seconds = seconds,
            OpsPerSecond = Bulk / seconds,
            PeakRssMb = PeakMemory.ReadMb(),
        };

        void OnChanged(object? sender, EventArgs change) => events++;
    }
}
