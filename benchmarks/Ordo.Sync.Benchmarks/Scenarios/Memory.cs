using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>
/// The peak of a device's resident memory: it bootstraps a large scope, then writes and syncs while another device writes too. The
/// device, the hub and the other device are processes of their own.
/// </summary>
internal sealed class Memory : IScenario
{
    private const int StepCount = 20;
    private const int ChangeCount = 100;

    private static readonly (string Name, DeviceRun Run)[] Runs =
    [
        ("constrained, recommended runtime settings", DeviceRun.ConstrainedAndTuned),
        ("constrained", DeviceRun.Constrained),
        ("default profile", DeviceRun.Default),
    ];

    public string Name => "memory";

    public string Description =>
        "a device in the constrained profile with 1,000,000 records, sync running; peak resident memory under 128 MB";

    public int DefaultRecords => 1_000_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        using var folder = new TempFolder();
        await using HubProcess hub = await HubProcess.StartAsync(folder.NewFile("hub"));
        string otherFile = folder.NewFile("other");
        await FillProcess.RunAsync(otherFile, hub.Address, records);
        await using var other = new BenchDevice(otherFile, hub.Address);
        var world = new World(folder, hub, other);
        foreach ((string name, DeviceRun run) in Runs)
        {
            foreach (Measurement measurement in await MeasureAsync(world, name, run, records))
            {
                yield return measurement;
            }
        }
    }

    private async Task<IReadOnlyList<Measurement>> MeasureAsync(World world, string name, DeviceRun run, int records)
    {
        await using DeviceProcess device = DeviceProcess.Start(world.Folder.NewFile("device"), world.Hub.Address, run);
        DeviceState bootstrap = await device.ReadAsync();
        Verify.Equal(records + world.OthersCount, bootstrap.RecordCount, "records received");
        Measurement first = MeasurementOf($"{name}: bootstrap", bootstrap, bootstrap.Seconds, records);
        DeviceState last = bootstrap;
        double seconds = 0;
        for (int step = 0; step < StepCount; step++)
        {
            await world.ChangeAsync(step, records);
            last = await device.StepAsync();
            Verify.Equal(ChangeCount, last.PulledCount, "records pulled");
            seconds += last.Seconds;
        }

        world.OthersCount += last.RecordCount - bootstrap.RecordCount;
        return
        [
            first,
            MeasurementOf($"{name}: then {StepCount} syncs", last, seconds, StepCount * (ChangeCount + DeviceHost.WritesPerRound)),
        ];
    }

    private Measurement MeasurementOf(string variant, DeviceState state, double seconds, int operations) => new()
    {
        Scenario = Name,
        Variant = FormattableString.Invariant(
            $"{variant}; now {Mebi(state.WorkingSetBytes)}, heap {Mebi(state.ManagedBytes)}, {state.Level}, ")
            + FormattableString.Invariant($"{state.CompactionCount} compactions"),
        Records = (int)state.RecordCount,
        Seconds = seconds,
        OpsPerSecond = operations / seconds,
        Bytes = state.Bytes,
        PeakRssMb = Mebi(state.PeakBytes),
    };

    private static double Mebi(long bytes) => Math.Round(bytes / (1024.0 * 1024.0), 1);

    private sealed class World(TempFolder folder, HubProcess hub, BenchDevice other)
    {
        private int _changes;

        public TempFolder Folder => folder;

        public HubProcess Hub => hub;

        /// <summary>The records at the hub that were not filled in.</summary>
        public long OthersCount { get; set; }

        /// <summary>The other device changes records that the measured one has.</summary>
        public async Task ChangeAsync(int step, int records)
        {
            int change = ++_changes;
            await other.Engine.WriteAsync(write =>
            {
                for (int i = 0; i < ChangeCount; i++)
                {
                    int number = (int)((((long)step * ChangeCount) + i) * 7919 % records);
                    write.Put(other.Results, Result.KeyOf(number), Result.Of(number) with { Score = change });
                }
            });
            await other.SyncAsync();
        }
    }
}
