using System.Diagnostics;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine.Blobs;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>
/// Grades that are written and synced while a file is on its way, beside grades while the same transfer is paused: in turn, a few
/// at a time, until it is done. A round trip each, so that device, hub and disk are met as a person meets them.
/// </summary>
internal sealed class GradesMeanwhile(BlobDevice device, string scenario, string transfer) : IProgress<BlobProgress>
{
    private const int WarmUpCount = 60;
    private const int WindowCount = 20;

    // What is on its way when a transfer is paused or goes on again.
    private static readonly TimeSpan Settles = TimeSpan.FromMilliseconds(30);

    // As people do: not all the time.
    private static readonly TimeSpan BetweenGrades = TimeSpan.FromMilliseconds(5);

    private readonly List<double> _alone = [];
    private readonly List<double> _meanwhile = [];
    private int _count;
    private long _bytesDone;
    private long _bytesMeanwhile;
    private TimeSpan _timeMeanwhile;

    /// <summary>Measures until a transfer is done, which is not under way yet and waits while blobs are paused.</summary>
    public async Task<Measurement> RunAsync(Func<IProgress<BlobProgress>, Task> moveAsync)
    {
        await WriteAsync([], WarmUpCount, static () => false);
        device.Blobs.Pause();
        Task running = moveAsync(this);
        while (!running.IsCompleted)
        {
            device.Blobs.Pause();
            await Task.Delay(Settles);
            await WriteAsync(_alone, WindowCount, static () => false);
            device.Blobs.Resume();
            await Task.Delay(Settles);
            long bytesBefore = Interlocked.Read(ref _bytesDone);
            long began = Stopwatch.GetTimestamp();
            await WriteAsync(_meanwhile, WindowCount, () => running.IsCompleted);
            _timeMeanwhile += Stopwatch.GetElapsedTime(began);
            _bytesMeanwhile += Interlocked.Read(ref _bytesDone) - bytesBefore;
        }

        await running;
        double baseline = Rounds.Median(_alone);
        double median = Rounds.Median(_meanwhile);
        return new Measurement
        {
            Scenario = scenario,
            Variant = $"a grade during {transfer}",
            Records = _meanwhile.Count,
            Seconds = _meanwhile.Sum() / 1000,
            OpsPerSecond = 1000 / median,
            BaselineOpsPerSecond = 1000 / baseline,
            Ratio = baseline / median,
            MedianMs = median,
            P99Ms = Rounds.Percentile(_meanwhile, 0.99),
            PeakRssMb = PeakMemory.ReadMb(),
        };
    }

    /// <summary>What became of the transfer while grades were written one after the other: bytes and MB a second.</summary>
    public Measurement TransferMeanwhile() => new()
    {
        Scenario = scenario,
        Variant = $"{transfer} while grades are written, MB/s",
        Records = _meanwhile.Count,
        Seconds = _timeMeanwhile.TotalSeconds,
        OpsPerSecond = _bytesMeanwhile / 1e6 / _timeMeanwhile.TotalSeconds,
        Bytes = _bytesMeanwhile,
        PeakRssMb = PeakMemory.ReadMb(),
    };

    public void Report(BlobProgress value) => Interlocked.Exchange(ref _bytesDone, value.BytesDone);

    private async Task WriteAsync(List<double> times, int count, Func<bool> isOver)
    {
        for (int i = 0; i < count && !isOver(); i++)
        {
            long began = Stopwatch.GetTimestamp();
            await device.Handouts.PutAsync($"grade/{_count++}", new Handout { Number = i });
            await device.SyncRecordsAsync();
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await Task.Delay(BetweenGrades);
        }
    }
}
