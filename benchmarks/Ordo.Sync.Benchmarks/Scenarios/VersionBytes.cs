using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>
/// The bytes of metadata that a record carries, in the store and on the wire, in steady state: three devices have written and edited
/// each other's records, and all is synced.
/// </summary>
internal sealed class VersionBytes : IScenario
{
    private const int DeviceCount = 3;

    public string Name => "version-bytes";

    public string Description => "causal metadata a record, in the store and on the wire; 8 bytes in the store in steady state";

    public int DefaultRecords => 100_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        using var folder = new TempFolder();
        string file = folder.NewFile("measured");
        await FillAsync(folder, file, records);
        foreach ((string what, double bytes) in StoredBytes.Measure(file, folder.NewFile("copy")))
        {
            yield return MeasurementOf($"store: {what}", records, bytes);
        }

        foreach ((string what, double bytes) in await WireBytes.MeasureAsync(file))
        {
            yield return MeasurementOf($"wire: {what}", records, bytes);
        }
    }

    private static async Task FillAsync(TempFolder folder, string file, int records)
    {
        await using HubProcess hub = await HubProcess.StartAsync(folder.NewFile("hub"));
        BenchDevice[] devices =
        [
            new BenchDevice(file, hub.Address),
            .. Enumerable.Range(1, DeviceCount - 1).Select(i => new BenchDevice(folder.NewFile($"device{i}"), hub.Address)),
        ];
        int share = records / DeviceCount;
        for (int i = 0; i < DeviceCount; i++)
        {
            int count = i == DeviceCount - 1 ? records - (i * share) : share;
            await devices[i].FillAsync(i * share, count);
            await devices[i].SyncAsync();
        }

        // Each edits what another one wrote, so that versions have replaced versions of other replicas.
        for (int i = 0; i < DeviceCount; i++)
        {
            await devices[i].SyncAsync();
            await devices[i].FillAsync((i + 1) % DeviceCount * share, share / 10);
            await devices[i].SyncAsync();
        }

        await devices[0].SyncAsync();
        Verify.Equal(records, (await devices[0].StatusAsync()).RecordCount, "records");
        Verify.Equal(0, (await devices[0].Engine.GetJournalStatusAsync()).PendingCount, "operations that wait");
        foreach (BenchDevice device in devices)
        {
            await device.DisposeAsync();
        }
    }

    private Measurement MeasurementOf(string variant, int records, double bytes) => new()
    {
        Scenario = Name,
        Variant = variant,
        Records = records,
        BytesPerRecord = Math.Round(bytes, 3),
        PeakRssMb = PeakMemory.ReadMb(),
    };
}
