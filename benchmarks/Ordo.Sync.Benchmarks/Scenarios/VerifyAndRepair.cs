using System.Diagnostics;
using Ordo.Sync.Benchmarks.Baselines;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine.Verification;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>
/// One silently altered row among many, on the device or at the hub: found, healed, and proved healed. Its baseline is reading and
/// hashing every row of the device's table once; each side does that twice, before and after.
/// </summary>
internal sealed class VerifyAndRepair : IScenario
{
    // The first thousands of a million records warm it up; a round more would take minutes.
    private const int WarmUpRecordsMax = 200_000;

    public string Name => "verify";

    public string Description => "one silently altered row among the records is found and healed; bytes, round trips";

    public int DefaultRecords => 1_000_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        using var folder = new TempFolder();
        string hubFile = folder.NewFile("hub");
        string deviceFile = folder.NewFile("device");
        await using HubProcess hub = await HubProcess.StartAsync(hubFile);
        await using var device = new BenchDevice(deviceFile, hub.Address);
        await device.FillAsync(0, records);
        await device.SyncAsync();
        int round = 0;
        foreach ((string variant, string file, bool repairs) in (IEnumerable<(string, string, bool)>)
            [
                ("sound", deviceFile, false),
                ("altered on the device", deviceFile, true),
                ("altered at the hub", hubFile, true),
            ])
        {
            VerifyReport? last = null;
            (double seconds, double baseline) = await Rounds.RunAsync(
                rounds,
                async () =>
                {
                    if (repairs)
                    {
                        DirectScan.Alter(file, Result.KeyOf(records / 7 * ++round % records));
                    }

                    long began = Stopwatch.GetTimestamp();
                    last = await device.Engine.VerifyAsync(new VerifyOptions { Repairs = repairs });
                    Verify.Equal(true, last.IsSound, "sound at the end");
                    Verify.Equal(repairs ? 1 : 0, last.FindingCount, "findings");
                    return Stopwatch.GetElapsedTime(began).TotalSeconds;
                },
                () => Task.FromResult(DirectScan.Run(deviceFile)),
                records > WarmUpRecordsMax ? 0 : 1);
            yield return new Measurement
            {
                Scenario = Name,
                Variant = variant,
                Records = records,
                Seconds = seconds,
                OpsPerSecond = records / seconds,
                BaselineOpsPerSecond = records / baseline,
                Ratio = baseline / seconds,
                Bytes = last!.Bytes.Sent + last.Bytes.Received,
                RoundTrips = last.RoundTripCount,
                PeakRssMb = PeakMemory.ReadMb(),
            };
        }
    }
}
