using System.Diagnostics;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>
/// What a device does first, among many records and among 10,000: it opens its store, reads a record, writes one, and syncs a hundred
/// changes.
/// </summary>
internal sealed class Size : IScenario
{
    private const int SmallRecords = 10_000;
    private const int ChangeCount = 100;

    private static readonly string[] Steps = ["open", "first read", "first write", "sync of 100 changes"];

    public string Name => "size";

    public string Description =>
        "opening, first read, first write and a sync of 100 changes among N records, against the same among 10,000: no difference";

    public int DefaultRecords => 100_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        using var folder = new TempFolder();
        await using HubProcess hubOfMany = await HubProcess.StartAsync(folder.NewFile("hub"));
        await using HubProcess hubOfFew = await HubProcess.StartAsync(folder.NewFile("hub"));
        string many = await FillAsync(folder, hubOfMany, records);
        string few = await FillAsync(folder, hubOfFew, SmallRecords);
        var measured = new List<double[]>();
        var compared = new List<double[]>();
        for (int round = 0; round <= Math.Max(rounds, 9); round++)
        {
            double[] large = await MeasureAsync(many, hubOfMany, records, round);
            double[] small = await MeasureAsync(few, hubOfFew, SmallRecords, round);
            if (round > 0)
            {
                measured.Add(large);
                compared.Add(small);
            }
        }

        for (int step = 0; step < Steps.Length; step++)
        {
            double seconds = Rounds.Median(measured.Select(times => times[step]));
            double baseline = Rounds.Median(compared.Select(times => times[step]));
            int count = step == Steps.Length - 1 ? ChangeCount : 1;
            yield return new Measurement
            {
                Scenario = Name,
                Variant = Steps[step],
                Records = records,
                Seconds = seconds,
                MedianMs = seconds * 1000,
                OpsPerSecond = count / seconds,
                BaselineOpsPerSecond = count / baseline,
                Ratio = baseline / seconds,
                PeakRssMb = PeakMemory.ReadMb(),
            };
        }
    }

    private static async Task<string> FillAsync(TempFolder folder, HubProcess hub, int records)
    {
        string file = folder.NewFile("device");
        await FillProcess.RunAsync(file, hub.Address, records);
        return file;
    }

    // Each time a store object of its own, with its caches empty.
    private static async Task<double[]> MeasureAsync(string file, HubProcess hub, int records, int round)
    {
        await using var device = new BenchDevice(file, hub.Address);
        double open = await TimeAsync(async () => await device.Engine.OpenAsync());
        double read = await TimeAsync(async () =>
            Verify.Equal(true, await device.Results.GetAsync(Result.KeyOf(records / 2)) is not null, "is the record there"));
        double write = await TimeAsync(async () =>
            await device.Results.PutAsync(Result.KeyOf(records / 3), Result.Of(records / 3) with { Score = round }));
        await device.SyncAsync();
        await device.Engine.WriteAsync(batch =>
        {
            for (int i = 0; i < ChangeCount; i++)
            {
                int number = (int)(((long)i * 7919) % records);
                batch.Put(device.Results, Result.KeyOf(number), Result.Of(number) with { Score = (round + i) % 101 });
            }
        });
        double sync = await TimeAsync(async () => Verify.Equal(ChangeCount, (await device.SyncAsync()).PushedCount, "records pushed"));
        Verify.Equal(records, (await device.StatusAsync()).RecordCount, "records held");
        return [open, read, write, sync];
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        long began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
