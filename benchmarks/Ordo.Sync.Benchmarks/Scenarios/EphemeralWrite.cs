using System.Diagnostics;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>
/// Writes on a device with the FASTER store against the same writes on one with the SQLite store: one awaited after the other at
/// <see cref="Durability.Normal"/>, and by 64 writers at once at <see cref="Durability.Full"/>.
/// </summary>
internal sealed class EphemeralWrite : IScenario
{
    // As in local-write: what is measured is writing, not the compiling of the first seconds.
    private const int WarmUpRounds = 8;

    public string Name => "ephemeral-write";

    public string Description =>
        "writes to the FASTER store; at least 5 × local-write at Normal, 1.2 × local-write-concurrent at Full";

    public int DefaultRecords => 20_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        foreach ((Durability durability, int writers) in ((Durability, int)[])[(Durability.Normal, 1), (Durability.Full, 64)])
        {
            using var folder = new TempFolder();
            (double seconds, double baseline) = await Rounds.RunAsync(
                rounds,
                () => MeasureAsync(folder.NewFile("faster"), records, durability, writers, isEphemeral: true),
                () => MeasureAsync(folder.NewFile("sqlite"), records, durability, writers, isEphemeral: false),
                WarmUpRounds);
            yield return new Measurement
            {
                Scenario = Name,
                Variant = $"{durability}, {writers} at once",
                Records = records,
                Seconds = seconds,
                OpsPerSecond = records / seconds,
                BaselineOpsPerSecond = records / baseline,
                Ratio = baseline / seconds,
                PeakRssMb = PeakMemory.ReadMb(),
            };
        }
    }

    private static async Task<double> MeasureAsync(
        string path, int count, Durability durability, int writers, bool isEphemeral)
    {
        await using var device = new BenchDevice(path, durability: durability, isEphemeral: isEphemeral);
        await device.Engine.OpenAsync();
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (int i = writer; i < count; i += writers)
            {
                await device.Results.PutAsync(Result.KeyOf(i), Result.Of(i));
            }
        })));
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Verify.Equal(count, (await device.StatusAsync()).RecordCount, "records written");
        Verify.Equal(count, (await device.Engine.GetJournalStatusAsync()).PendingCount, "operations journaled");
        return seconds;
    }
}
