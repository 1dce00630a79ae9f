using System.Diagnostics;
using System.Runtime.CompilerServices;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>
/// A text of ten million operations, by ten writers in turns, typed in runs here and there with a third of it backspaced: made,
/// saved, loaded. The baseline is making it: loading must not cost what typing did.
/// </summary>
internal sealed class TextLoad : IScenario
{
    private const string Field = "notes";
    private const int Writers = 10;

    public string Name => "text-load";

    public string Description => "a text of ten million operations: saved and loaded, and what memory that takes";

    public int DefaultRecords => 10_000_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        await Task.Yield();
        long began = Stopwatch.GetTimestamp();
        (byte[] saved, int length) = Make(records);
        double made = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var loads = new List<double>();
        long memory = 0;
        for (int round = 0; round < Math.Max(1, rounds); round++)
        {
            (double took, memory) = Load(saved, length);
            loads.Add(took);
        }

        double seconds = Rounds.Median(loads);
        yield return new Measurement
        {
            Scenario = Name,
            Variant = $"load; {memory / 1024 / 1024} MiB loaded, {length} characters, made in {made:F1} s",
            Records = records,
            Seconds = seconds,
            OpsPerSecond = records / seconds,
            BaselineOpsPerSecond = records / made,
            Ratio = made / seconds,
            PeakRssMb = PeakMemory.ReadMb(),
            Bytes = saved.Length,
            MedianMs = seconds * 1000,
        };
    }

    // A method of its own: what the round before loaded must be garbage when memory is looked at.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (double Seconds, long Memory) Load(byte[] saved, int length)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long began = Stopwatch.GetTimestamp();
        CrdtDocument loaded = CrdtDocument.Decode(saved);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        long memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        Verify.Equal(length, loaded.Text(Field).Length, "the length of the text loaded");
        return (seconds, memory);
    }

    private static (byte[] Saved, int Length) Make(int operations)
    {
        var random = new Random(1);
        var document = new CrdtDocument();
        Text text = document.Text(Field);
        DotSource[] writers = [.. Enumerable.Range(1, Writers).Select(number => new DotSource(new ReplicaId((uint)number)))];
        for (int done = 0; done < operations;)
        {
            DotSource writer = writers[random.Next(Writers)];
            int at = random.Next(text.Length + 1);
            bool deletes = random.Next(3) == 0;
            for (int left = random.Next(1, 60); left > 0 && done < operations && (!deletes || at > 0); left--, done++)
            {
                if (deletes)
                {
                    text.Delete(writer, --at, 1);
                }
                else
                {
                    text.Insert(writer, at++, "etaoin"[random.Next(6)].ToString());
                }
            }
        }

        return (document.Encode(), text.Length);
    }
}
