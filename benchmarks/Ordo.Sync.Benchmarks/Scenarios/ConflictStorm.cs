using System.Diagnostics;
using Ordo.Sync.Benchmarks.Baselines;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>
/// A and B change the same records offline, then both sync until they agree; for every strategy, whose promise is checked on
/// every record of both.
/// </summary>
internal sealed class ConflictStorm : IScenario
{
    // Each strategy has a hub of its own, a new process: a hub runs for weeks, so its first seconds of compiling are not the measure.
    private const int WarmUpRounds = 6;

    private const string TextA = "Raised after a second look by the first marker.";
    private const string TextB = "Lowered after moderation by the board of examiners.";
    private static readonly MessagePackPayloadSerializer Serializer = new();

    public string Name => "conflict-storm";

    public string Description =>
        "A and B change the same 1,000 records offline, then converge, per strategy; its promise holds; at least 5,000/s";

    public int DefaultRecords => 1_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        foreach (ConflictStrategy strategy in Enum.GetValues<ConflictStrategy>())
        {
            yield return await RunAsync(strategy, records, rounds);
        }
    }

    private async Task<Measurement> RunAsync(ConflictStrategy strategy, int records, int rounds)
    {
        using var folder = new TempFolder();
        await using HubProcess hub = await HubProcess.StartAsync(folder.NewFile("hub"));
        await using var a = new BenchDevice(folder.NewFile("a"), hub.Address, strategy: strategy);
        await using var b = new BenchDevice(folder.NewFile("b"), hub.Address, strategy: strategy);
        using var direct = new DirectSqlite(folder.NewFile("direct"), Durability.Full);
        long bytes = 0;
        int measured = 0;
        int compared = 0;
        (double seconds, double baseline) = await Rounds.RunAsync(
            Math.Max(rounds, 3),
            async () =>
            {
                (double taken, bytes) = await MeasureAsync(a, b, strategy, measured++ * records, records);
                return taken;
            },
            () => Task.FromResult(Compare(direct, compared++ * records, records)),
            WarmUpRounds);
        return new Measurement
        {
            Scenario = Name,
            Variant = strategy.ToString(),
            Records = records,
            Seconds = seconds,
            OpsPerSecond = records / seconds,
            BaselineOpsPerSecond = records / baseline,
            Ratio = baseline / seconds,
            Bytes = bytes,
            PeakRssMb = PeakMemory.ReadMb(),
        };
    }

    private static async Task<(double Seconds, long Bytes)> MeasureAsync(
        BenchDevice a, BenchDevice b, ConflictStrategy strategy, int from, int records)
    {
        await a.FillAsync(from, records);
        await a.SyncAsync();
        await b.SyncAsync();
        await ChangeAsync(a, from, records, static result => result with { Score = 90, Comment = TextA });

        // The clocks of both follow the hub's: without a pause, two edits may have the very same stamp.
        await Task.Delay(50);
        await ChangeAsync(b, from, records, static result => result with { Comment = TextB });

        bool[] isNewerA = await CompareTimesAsync(a, b, from, records);

        // What is timed: from the first sync until both hold everything.
        long began = Stopwatch.GetTimestamp();
        SyncReport[] reports = [await a.SyncAsync(), await b.SyncAsync(), await a.SyncAsync()];
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Verify.Equal((await a.StatusAsync()).Digest, (await b.StatusAsync()).Digest, "the digests of A and B");
        foreach (BenchDevice device in (BenchDevice[])[a, b])
        {
            await CheckAsync(device, strategy, from, isNewerA);
        }

        return (seconds, reports.Sum(report => report.Bytes.Sent + report.Bytes.Received));
    }

    private static async Task ChangeAsync(BenchDevice device, int from, int records, Func<Result, Result> change) =>
        await device.Engine.WriteAsync(write =>
        {
            for (int number = from; number < from + records; number++)
            {
                write.Put(device.Results, Result.KeyOf(number), change(Result.Of(number)));
            }
        });

    // Both clocks follow the hub's, as well as it can be measured: which edit is the newer is read from its stamp.
    private static async Task<bool[]> CompareTimesAsync(BenchDevice a, BenchDevice b, int from, int records)
    {
        var isNewerA = new bool[records];
        for (int i = 0; i < records; i++)
        {
            Record<Result>? mine = await a.Results.GetAsync(Result.KeyOf(from + i));
            Record<Result>? theirs = await b.Results.GetAsync(Result.KeyOf(from + i));
            Verify.Equal(false, mine!.Timestamp == theirs!.Timestamp, "equal stamps");
            isNewerA[i] = mine.Timestamp > theirs.Timestamp;
        }

        return isNewerA;
    }

    // The promise of each strategy, on every record. A's edit has the higher score.
    private static async Task CheckAsync(BenchDevice device, ConflictStrategy strategy, int from, bool[] isNewerA)
    {
        int records = isNewerA.Length;
        for (int number = from; number < from + records; number++)
        {
            bool isNewer = isNewerA[number - from];
            Result mine = Result.Of(number) with { Score = 90, Comment = TextA };
            Result theirs = Result.Of(number) with { Comment = TextB };
            if (strategy == ConflictStrategy.ManualIntervention)
            {
                (Result older, Result newer) = isNewer ? (theirs, mine) : (mine, theirs);
                await CheckRefusedAsync(device, Result.KeyOf(number), older, newer);
                continue;
            }

            Record<Result>? record = await device.Results.GetAsync(Result.KeyOf(number));
            Result expected = strategy switch
            {
                ConflictStrategy.MergePreservingHistory => mine with { Comment = isNewer ? TextA : TextB },
                ConflictStrategy.Custom when mine.Score != theirs.Score => mine.Score > theirs.Score ? mine : theirs,
                _ => isNewer ? mine : theirs,
            };
            Verify.Equal(expected, record?.Value, $"the value of record {number} under {strategy}");
            bool waits = strategy == ConflictStrategy.AcademicRecord;
            Verify.Equal(waits ? RecordState.AwaitingApproval : RecordState.Current, record!.State, $"the state of {number}");
        }

        if (strategy is ConflictStrategy.AcademicRecord or ConflictStrategy.ManualIntervention)
        {
            int waiting = await device.Engine.Conflicts.ListAsync().CountAsync();
            Verify.Equal(0, waiting % records, "conflicts in the inbox beyond whole rounds");
            Verify.Equal(true, waiting >= records, "are all conflicts in the inbox");
        }
    }

    private static async Task CheckRefusedAsync(BenchDevice device, string key, Result older, Result newer)
    {
        try
        {
            await device.Results.GetAsync(key);
        }
        catch (ManualResolutionRequiredException refused)
        {
            Verify.Equal(older, refused.Siblings[0].ReadAs<Result>(), "the older side");
            Verify.Equal(newer, refused.Siblings[1].ReadAs<Result>(), "the newer side");
            return;
        }

        throw new InvalidOperationException($"Reading {key} was not refused.");
    }

    // What a sync cannot do without: each record written twice at the hub, and the other's version once at A and at B.
    private static double Compare(DirectSqlite direct, int from, int records)
    {
        (string, byte[])[] rows = [.. Enumerable.Range(from, records).Select(i =>
            (Result.KeyOf(i), Serializer.Serialize(Result.Of(i)).ToArray()))];
        direct.Write(rows, perTransaction: 1000);
        long began = Stopwatch.GetTimestamp();
        for (int copy = 0; copy < 4; copy++)
        {
            direct.Write(rows, perTransaction: 1000);
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
