using System.Diagnostics;
using Ordo.Sync.Benchmarks.Baselines;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>Reads by key among many records.</summary>
internal sealed class LocalRead : IScenario
{
    private static readonly MessagePackPayloadSerializer Serializer = new();

    public string Name => "local-read";

    public string Description => "reads by key among 100,000 records; at least 0.6 × direct SQLite";

    public int DefaultRecords => 100_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        using var folder = new TempFolder();
        await using var device = new BenchDevice(folder.NewFile("device"), durability: Durability.Normal);
        await device.FillAsync(0, records);
        using var direct = new DirectSqlite(folder.NewFile("direct"), Durability.Normal);
        direct.Write(
            [.. Enumerable.Range(0, records).Select(i => (Result.KeyOf(i), Serializer.Serialize(Result.Of(i)).ToArray()))],
            perTransaction: 1000);
        int reads = Math.Min(records, 50_000);
        (double seconds, double baseline) = await Rounds.RunAsync(
            rounds, () => MeasureAsync(device, records, reads), () => Task.FromResult(Compare(direct, records, reads)));
        yield return new Measurement
        {
            Scenario = Name,
            Records = records,
            Seconds = seconds,
            OpsPerSecond = reads / seconds,
            BaselineOpsPerSecond = reads / baseline,
            Ratio = baseline / seconds,
            PeakRssMb = PeakMemory.ReadMb(),
        };
    }

    private static int Scatter(int i, int records) => (int)((i * 7919L) % records);

    private static async Task<double> MeasureAsync(BenchDevice device, int records, int reads)
    {
        long sum = 0;
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < reads; i++)
        {
            sum += (await device.Results.GetAsync(Result.KeyOf(Scatter(i, records))))!.Value.StudentId;
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Verify.Equal(Enumerable.Range(0, reads).Sum(i => 10_000L + Scatter(i, records)), sum, "sum of what was read");
        return seconds;
    }

    // The baseline turns bytes into objects too: that is what an app reads for.
    private static double Compare(DirectSqlite direct, int records, int reads)
    {
        long sum = 0;
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < reads; i++)
        {
            sum += Serializer.Deserialize<Result>(direct.Read(Result.KeyOf(Scatter(i, records)))!).StudentId;
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Verify.Equal(Enumerable.Range(0, reads).Sum(i => 10_000L + Scatter(i, records)), sum, "sum of what was read directly");
        return seconds;
    }
}
