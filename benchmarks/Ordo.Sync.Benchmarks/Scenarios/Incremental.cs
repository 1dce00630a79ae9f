using System.Diagnostics;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Syncing;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>100 changes among many synced records: sync A, sync B. Its baseline is the same among 10,000 records.</summary>
internal sealed class Incremental : HubScenario
{
    private const int ChangeCount = 100;
    private const int SmallRecords = 10_000;

    public override string Name => "incremental";

    public override string Description =>
        "100 changes among N synced records, sync A, sync B; at most 1.3 × the time among 10,000, bytes at most 1.5 × the payload";

    public override int DefaultRecords => 100_000;

    protected override async Task<Measurement> MeasureAsync(
        TempFolder folder, HubStores stores, string variant, int records, int rounds)
    {
        await using Pair large = await Pair.StartAsync(folder, stores.NewLocation(variant), records);
        await using Pair small = await Pair.StartAsync(folder, stores.NewLocation(variant), SmallRecords);
        long bytes = 0;
        (double seconds, double baseline) = await Rounds.RunAsync(
            Math.Max(rounds, 5),
            async () =>
            {
                (double taken, bytes) = await large.ChangeAndSyncAsync();
                return taken;
            },
            async () => (await small.ChangeAndSyncAsync()).Seconds);
        return new Measurement
        {
            Scenario = Name,
            Variant = $"{variant}, payload {Pair.PayloadBytes} bytes",
            Records = records,
            Seconds = seconds,
            MedianMs = seconds * 1000,
            OpsPerSecond = ChangeCount / seconds,
            BaselineOpsPerSecond = ChangeCount / baseline,
            Ratio = baseline / seconds,
            Bytes = bytes,
            PeakRssMb = PeakMemory.ReadMb(),
        };
    }

    private sealed class Pair : IAsyncDisposable
    {
        private readonly HubProcess _hub;
        private readonly BenchDevice _a;
        private readonly BenchDevice _b;
        private readonly int _records;
        private int _round;

        private Pair(HubProcess hub, BenchDevice a, BenchDevice b, int records)
        {
            _hub = hub;
            _a = a;
            _b = b;
            _records = records;
        }

        public static int PayloadBytes { get; } = ChangeCount * new MessagePackPayloadSerializer().Serialize(Result.Of(1)).Length;

        public static async Task<Pair> StartAsync(TempFolder folder, string hubLocation, int records)
        {
            HubProcess hub = await HubProcess.StartAsync(hubLocation);
            var a = new BenchDevice(folder.NewFile("a"), hub.Address);
            var b = new BenchDevice(folder.NewFile("b"), hub.Address);
            await a.FillAsync(0, records);
            await a.SyncAsync();
            await b.SyncAsync();
            return new Pair(hub, a, b, records);
        }

        public async Task<(double Seconds, long Bytes)> ChangeAndSyncAsync()
        {
            int round = ++_round;
            await _a.Engine.WriteAsync(write =>
            {
                for (int i = 0; i < ChangeCount; i++)
                {
                    int number = (int)(((long)i * 7919) % _records);
                    write.Put(_a.Results, Result.KeyOf(number), Result.Of(number) with { Score = (round + i) % 101 });
                }
            });
            long began = Stopwatch.GetTimestamp();
            SyncReport pushed = await _a.SyncAsync();
            SyncReport pulled = await _b.SyncAsync();
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            Verify.Equal(ChangeCount, pushed.PushedCount, "records pushed");
            Verify.Equal(ChangeCount, pulled.PulledCount, "records pulled");
            Verify.Equal((await _a.StatusAsync()).Digest, (await _b.StatusAsync()).Digest, "digest");
            return (seconds, pushed.Bytes.Sent + pushed.Bytes.Received);
        }

        public async ValueTask DisposeAsync()
        {
            await _a.DisposeAsync();
            await _b.DisposeAsync();
            await _hub.DisposeAsync();
        }
    }
}
