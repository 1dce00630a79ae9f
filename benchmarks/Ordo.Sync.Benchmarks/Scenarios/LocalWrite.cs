using System.Diagnostics;
using Ordo.Sync.Benchmarks.Baselines;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>Writes on one device: one by one, by 64 writers at once, or in atomic batches.</summary>
internal sealed class LocalWrite(string name, string description, int writers, int batch) : IScenario
{
    // A store is written to for weeks, and the baseline is compiled already: the first seconds of compiling are not the measure.
    private const int WarmUpRounds = 8;

    private static readonly MessagePackPayloadSerializer Serializer = new();

    public string Name => name;

    public string Description => description;

    public int DefaultRecords => 20_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        foreach (Durability durability in (Durability[])[Durability.Full, Durability.Normal])
        {
            // One fsync a write takes its time: fewer of them tell as much.
            int count = durability == Durability.Full && writers == 1 && batch == 1 ? Math.Max(1, records / 10) : records;
            using var folder = new TempFolder();
            (double seconds, double baseline) = await Rounds.RunAsync(
                rounds,
                () => MeasureAsync(folder.NewFile("device"), count, durability),
                () => Task.FromResult(Compare(folder.NewFile("direct"), count, durability)),
                WarmUpRounds);
            yield return new Measurement
            {
                Scenario = name,
                Variant = durability.ToString(),
                Records = count,
                Seconds = seconds,
                OpsPerSecond = count / seconds,
                BaselineOpsPerSecond = count / baseline,
                Ratio = baseline / seconds,
                PeakRssMb = PeakMemory.ReadMb(),
            };
        }
    }

    private async Task<double> MeasureAsync(string file, int count, Durability durability)
    {
        await using var device = new BenchDevice(file, durability: durability);
        await device.Engine.OpenAsync();
        long began = Stopwatch.GetTimestamp();
        if (batch > 1)
        {
            await device.FillAsync(0, count);
        }
        else
        {
            await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
            {
                for (int i = writer; i < count; i += writers)
                {
                    await device.Results.PutAsync(Result.KeyOf(i), Result.Of(i));
                }
            })));
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Verify.Equal(count, (await device.StatusAsync()).RecordCount, "records written");
        Verify.Equal(count, (await device.Engine.GetJournalStatusAsync()).PendingCount, "operations journaled");
        return seconds;
    }

    private double Compare(string file, int count, Durability durability)
    {
        (string, byte[])[] records = [.. Enumerable.Range(0, count).Select(i =>
            (Result.KeyOf(i), Serializer.Serialize(Result.Of(i)).ToArray()))];
        using var direct = new DirectSqlite(file, durability);
        long began = Stopwatch.GetTimestamp();
        direct.Write(records, batch > 1 ? batch : writers > 1 ? 100 : 1);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Verify.Equal(count, direct.Count(), "records written directly");
        return seconds;
    }
}
