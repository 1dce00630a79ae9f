using System.Diagnostics;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Tests.Support;

namespace Ordo.Sync.Crdt.Tests.Traces;

/// <summary>
/// What the text costs, told on the output (<c>-showliveoutput</c>) and never asserted as time: only sizes and contents are.
/// </summary>
public sealed class TextFigures(ITestOutputHelper output)
{
    [Theory]
    [InlineData("automerge-paper", 130_000)]
    [InlineData("rustcode", 130_000)]
    public void Trace_applied_edit_by_edit(string name, int bytesMax)
    {
        Trace trace = TraceSource.Sequential(name);
        (int Position, int Deleted, string Inserted)[] edits = [.. trace.Transactions.SelectMany(each => each.Patches)];
        for (int round = 0; round < 7; round++)
        {
            long memory = GC.GetTotalMemory(forceFullCollection: true);
            long start = Stopwatch.GetTimestamp();
            var document = new CrdtDocument();
            Text text = document.Text("text");
            var dots = new DotSource(Replica.IdOf(1));
            foreach ((int position, int deleted, string inserted) in edits)
            {
                text.Replace(dots, position, deleted, inserted);
            }

            double applyMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Assert.Equal(trace.End, text.ToString());
            memory = GC.GetTotalMemory(forceFullCollection: true) - memory;
            start = Stopwatch.GetTimestamp();
            byte[] bytes = document.Encode();
            double saveMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Assert.True(bytes.Length <= bytesMax, $"{bytes.Length} bytes");
            start = Stopwatch.GetTimestamp();
            CrdtDocument loaded = CrdtDocument.Decode(bytes);
            double loadMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Assert.Equal(text.RunCount, loaded.Text("text").RunCount);
            loaded.Trim(new All());
            output.WriteLine(
                $"{name}: {edits.Length} edits applied in {applyMs:f1} ms, {text.RunCount} runs, {memory / 1024} KB of memory; "
                + $"saved in {saveMs:f1} ms as {bytes.Length} bytes (trimmed {loaded.Encode().Length}), loaded in {loadMs:f1} ms");
        }
    }

    [Fact]
    public void Document_of_ten_million_operations_loads()
    {
        const int Rounds = 100_000;
        const int Typed = 70;
        const int Deleted = 30;
        string typed = string.Concat(Enumerable.Repeat("seventy ch", Typed / 10));
        var document = new CrdtDocument();
        Text text = document.Text("text");
        var dots = new DotSource(Replica.IdOf(1));
        var draw = new Draw(1);
        for (int i = 0; i < Rounds; i++)
        {
            // Typed here, deleted there one by one: a hundred operations.
            text.Insert(dots, draw.Next(text.Length + 1), typed);
            int at = draw.Next(text.Length - Deleted + 1);
            for (int j = 0; j < Deleted; j++)
            {
                text.Delete(dots, at, 1);
            }
        }

        byte[] bytes = document.Encode();
        long memory = GC.GetTotalMemory(forceFullCollection: true);
        long start = Stopwatch.GetTimestamp();
        CrdtDocument loaded = CrdtDocument.Decode(bytes);
        double loadMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        memory = GC.GetTotalMemory(forceFullCollection: true) - memory;
        Assert.Equal(Rounds * (Typed - Deleted), loaded.Text("text").Length);
        Assert.Equal(text.ToString(), loaded.Text("text").ToString());
        output.WriteLine(
            $"ten million operations: {loaded.Text("text").RunCount} runs, {bytes.Length} bytes, loaded in {loadMs:f0} ms, "
            + $"{memory / 1024 / 1024} MB of memory");
    }

    private sealed class All : ICausalView
    {
        public long KnownUpTo(ReplicaId replica) => Dot.CounterMax;
    }
}
