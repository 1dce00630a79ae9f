using System.IO.Compression;
using System.Text.Json;
using Ordo.Sync.Crdt.Tests.Support;

namespace Ordo.Sync.Crdt.Tests.Traces;

/// <summary>
/// The traces of josephg/editing-traces (CC BY 4.0) from the folder that ORDO_DATA names; where it is not set, generated ones.
/// </summary>
public static class TraceSource
{
    /// <summary>A trace of one writer.</summary>
    public static Trace Sequential(string name) => Load(name) ?? GenerateSequential(name.Length);

    /// <summary>A trace of several writers at once.</summary>
    public static Trace Concurrent(string name) => Load(name) ?? GenerateConcurrent(name.Length);

    private static Trace? Load(string name)
    {
        string? folder = Environment.GetEnvironmentVariable("ORDO_DATA");
        if (string.IsNullOrEmpty(folder))
        {
            return null;
        }

        string path = Path.Combine(folder, name + ".json.gz");
        if (!File.Exists(path))
        {
            path = Path.Combine(folder, "editing-traces", name + ".json.gz");
        }

        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using JsonDocument json = JsonDocument.Parse(stream);
        var transactions = new List<Transaction>();
        foreach (JsonElement item in json.RootElement.GetProperty("txns").EnumerateArray())
        {
            int[] parents = item.TryGetProperty("parents", out JsonElement list)
                ? [.. list.EnumerateArray().Select(parent => parent.GetInt32())]
                : transactions.Count == 0 ? [] : [transactions.Count - 1];
            int agent = item.TryGetProperty("agent", out JsonElement number) ? number.GetInt32() : 0;
            transactions.Add(new Transaction(parents, agent,
            [
                .. item.GetProperty("patches").EnumerateArray()
                    .Select(patch => (patch[0].GetInt32(), patch[1].GetInt32(), patch[2].GetString()!)),
            ]));
        }

        if (transactions.Any(item => item.Patches.Any(patch => patch.Inserted.Any(char.IsSurrogate))))
        {
            // Positions count characters and the replay UTF-16 units: the same only as long as all are of the basic plane.
            throw new NotSupportedException($"The trace {name} has characters outside the basic plane.");
        }

        string? end = json.RootElement.GetProperty("endContent").GetString();
        return new Trace(transactions, end, transactions.Max(transaction => transaction.Agent) + 1);
    }

    // Runs of typing and backspacing here and there, as people write.
    private static Trace GenerateSequential(int seed)
    {
        var draw = new Draw((ulong)seed);
        var transactions = new List<Transaction>();
        string text = "";
        while (transactions.Count < 20_000)
        {
            int at = draw.Next(text.Length + 1);
            int length = 1 + draw.Next(30);
            bool deletes = draw.Next(3) == 0;
            for (int i = 0; i < length && (!deletes || at > 0); i++)
            {
                (int, int, string) patch = deletes ? (--at, 1, "") : (at++, 0, ((char)('a' + draw.Next(26))).ToString());
                text = text.Remove(patch.Item1, patch.Item2).Insert(patch.Item1, patch.Item3);
                transactions.Add(new Transaction(transactions.Count == 0 ? [] : [transactions.Count - 1], 0, [patch]));
            }
        }

        return new Trace(transactions, text, 1);
    }

    // Three writers who type on from their own last transaction and now and then take in another's. Positions are relative:
    // the replay holds them to the length of the text it finds.
    private static Trace GenerateConcurrent(int seed)
    {
        var draw = new Draw((ulong)seed);
        var transactions = new List<Transaction>();
        int[] last = [-1, -1, -1];
        while (transactions.Count < 2_000)
        {
            int agent = draw.Next(3);
            int[] parents = [last[agent]];
            int other = last[draw.Next(3)];
            if (draw.Next(10) == 0 && other > parents[0])
            {
                parents = [parents[0], other];
            }

            transactions.Add(new Transaction(
                [.. parents.Where(parent => parent >= 0)], agent, [(draw.Next(1000), draw.Next(4) / 3, "xyz"[..draw.Next(4)])]));
            last[agent] = transactions.Count - 1;
        }

        return new Trace(transactions, null, 3);
    }
}
