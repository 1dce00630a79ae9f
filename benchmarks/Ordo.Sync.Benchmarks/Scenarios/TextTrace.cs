using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>
/// An editing history applied edit by edit to a text, its document, and loading that. ORDO_DATA names the folder of the recorded
/// trace 'automerge-paper'; without it a history of as many edits is generated.
/// </summary>
internal sealed class TextTrace : IScenario
{
    private const string Field = "notes";

    public string Name => "text-trace";

    public string Description => "every edit of a trace on a text: under 1 s, 130 KB, loaded in 50 ms; baseline: a List<char>";

    public int DefaultRecords => 259_778;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        List<(int Position, int Deleted, string Inserted)> edits = Load() ?? Generate(records);
        CrdtDocument document = new();
        string expected = string.Empty;
        (double seconds, double baseline) = await Rounds.RunAsync(
            rounds,
            () => Task.FromResult(Time(() => document = Apply(edits))),
            () => Task.FromResult(Time(() => expected = ApplyDirectly(edits))));
        Verify.Equal(expected, document.Text(Field).ToString(), "the text");
        byte[] saved = document.Encode();
        var loads = new List<double>();
        for (int round = 0; round <= rounds; round++)
        {
            loads.Add(Time(() => document = CrdtDocument.Decode(saved)) * 1000);
        }

        Verify.Equal(expected, document.Text(Field).ToString(), "the text loaded");
        yield return new Measurement
        {
            Scenario = Name,
            Variant = $"apply; load {Rounds.Median(loads.Skip(1)):F1} ms",
            Records = edits.Count,
            Seconds = seconds,
            OpsPerSecond = edits.Count / seconds,
            BaselineOpsPerSecond = edits.Count / baseline,
            Ratio = baseline / seconds,
            PeakRssMb = PeakMemory.ReadMb(),
            Bytes = saved.Length,
            MedianMs = Rounds.Median(loads.Skip(1)),
        };
    }

    private static CrdtDocument Apply(List<(int Position, int Deleted, string Inserted)> edits)
    {
        var document = new CrdtDocument();
        Text text = document.Text(Field);
        var dots = new DotSource(new ReplicaId(1));
        foreach ((int position, int deleted, string inserted) in edits)
        {
            text.Replace(dots, position, deleted, inserted);
        }

        return document;
    }

    private static string ApplyDirectly(List<(int Position, int Deleted, string Inserted)> edits)
    {
        // A plain array of characters: a StringBuilder looks for its chunk at every edit and takes minutes.
        var text = new List<char>();
        foreach ((int position, int deleted, string inserted) in edits)
        {
            text.RemoveRange(position, deleted);
            text.InsertRange(position, inserted);
        }

        return string.Concat(text);
    }

    private static double Time(Action action)
    {
        long began = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static List<(int Position, int Deleted, string Inserted)>? Load()
    {
        string? folder = Environment.GetEnvironmentVariable("ORDO_DATA");
        string? path = folder is null ? null : ((string[])[folder, Path.Combine(folder, "editing-traces")])
            .Select(place => Path.Combine(place, "automerge-paper.json.gz")).FirstOrDefault(File.Exists);
        if (path is null)
        {
            return null;
        }

        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using JsonDocument json = JsonDocument.Parse(stream);
        return
        [
            .. json.RootElement.GetProperty("txns").EnumerateArray()
                .SelectMany(item => item.GetProperty("patches").EnumerateArray())
                .Select(patch => (patch[0].GetInt32(), patch[1].GetInt32(), patch[2].GetString()!)),
        ];
    }

    // Runs of typing and of backspaces, here and there, as people write.
    private static List<(int Position, int Deleted, string Inserted)> Generate(int count)
    {
        var random = new Random(1);
        var edits = new List<(int Position, int Deleted, string Inserted)>();
        int length = 0;
        while (edits.Count < count)
        {
            int at = random.Next(length + 1);
            bool deletes = random.Next(3) == 0;
            for (int left = random.Next(1, 30); left > 0 && edits.Count < count && (!deletes || at > 0); left--)
            {
                edits.Add(deletes ? (--at, 1, string.Empty) : (at++, 0, ((char)('a' + random.Next(26))).ToString()));
                length += deletes ? -1 : 1;
            }
        }

        return edits;
    }
}
