using Ordo.Sync.Crdt.Tests.Support;

namespace Ordo.Sync.Crdt.Tests.Traces;

/// <summary>Whole editing histories, replayed.</summary>
public sealed class TextTraceTests
{
    [Theory]
    [InlineData("automerge-paper")]
    [InlineData("rustcode")]
    public void Sequential_trace_gives_its_end_and_survives_encoding(string name)
    {
        Trace trace = TraceSource.Sequential(name);
        var replica = new Replica(1);
        foreach (Transaction transaction in trace.Transactions)
        {
            Apply(replica, transaction);
        }

        Assert.Equal(trace.End, replica.Text.ToString());
        byte[] bytes = replica.Document.Encode();
        CrdtDocument loaded = CrdtDocument.Decode(bytes);
        Assert.Equal(trace.End, loaded.Text("text").ToString());
        Assert.Equal(bytes, loaded.Encode());
        loaded.Trim(replica.Known);
        Assert.Equal(trace.End, CrdtDocument.Decode(loaded.Encode()).Text("text").ToString());
        Assert.True(loaded.Encode().Length < bytes.Length);
    }

    [Fact]
    public void Saved_automerge_paper_trace_is_at_most_130_KB()
    {
        Trace trace = TraceSource.Sequential("automerge-paper");
        var replica = new Replica(1);
        foreach (Transaction transaction in trace.Transactions)
        {
            Apply(replica, transaction);
        }

        int bytes = replica.Document.Encode().Length;
        Assert.True(bytes <= 130_000, $"{bytes} bytes");
    }

    [Fact]
    public void Two_who_type_a_trace_alternately_and_exchange_deltas_end_with_it()
    {
        Trace trace = TraceSource.Sequential("rustcode");
        Replica[] replicas = [new(1), new(2)];
        int turn = 0;
        foreach (Transaction[] part in trace.Transactions.Take(20_000).Chunk(50))
        {
            Replica writer = replicas[turn];
            foreach (Transaction transaction in part)
            {
                Apply(writer, transaction);
            }

            turn = 1 - turn;
            replicas[turn].PullDelta(writer);
            Assert.Equal(writer.Text.Length, replicas[turn].Text.Length);
        }

        Assert.Equal(replicas[0].Text.ToString().Length, replicas[turn].Text.Length);
        replicas[1 - turn].PullDelta(replicas[turn]);
        Assert.Equal(replicas[0].Canonical, replicas[1].Canonical);
    }

    [Fact]
    public void Concurrent_trace_replayed_through_real_forks_merges_to_its_end()
    {
        Trace trace = TraceSource.Concurrent("clownschool");
        Replica merged = Replay(trace);
        Replica again = Replay(trace);
        again.Pull(merged);
        Assert.Equal(merged.Canonical, again.Canonical);
        if (trace.End is { } end)
        {
            Assert.Equal(end, merged.Text.ToString());
        }

        Assert.True(merged.Text.Length > 100);
    }

    // One document a version that somebody still builds on: a version is taken over by its last child and copied for the others.
    private static Replica Replay(Trace trace)
    {
        int[] uses = new int[trace.Transactions.Count];
        foreach (int parent in trace.Transactions.SelectMany(transaction => transaction.Parents))
        {
            uses[parent]++;
        }

        var versions = new Dictionary<int, Replica>();
        for (int i = 0; i < trace.Transactions.Count; i++)
        {
            Transaction transaction = trace.Transactions[i];
            Replica? version = null;
            foreach (int parent in transaction.Parents)
            {
                Replica seen = versions[parent];
                bool isLast = --uses[parent] == 0;
                if (isLast)
                {
                    versions.Remove(parent);
                }

                if (version is null)
                {
                    version = isLast && seen.Number == transaction.Agent ? seen : seen.Fork(transaction.Agent);
                }
                else
                {
                    version.PullDelta(seen);
                }
            }

            version ??= new Replica(transaction.Agent);
            Apply(version, transaction);
            versions.Add(i, version);
        }

        var end = new Replica(99);
        foreach (Replica head in versions.Values)
        {
            end.Pull(head);
        }

        Assert.All(Enumerable.Range(0, trace.Agents), agent => Assert.True(
            end.Known.KnownUpTo(Replica.IdOf(agent)) > 0));
        return end;
    }

    private static void Apply(Replica replica, Transaction transaction)
    {
        Text text = replica.Text;
        IDotSource dots = replica.Dots;
        foreach ((int position, int deleted, string inserted) in transaction.Patches)
        {
            int index = Math.Min(position, text.Length);
            int count = Math.Min(deleted, text.Length - index);
            if (count > 0)
            {
                text.Delete(dots, index, count);
            }

            if (inserted.Length > 0)
            {
                text.Insert(dots, index, inserted);
            }
        }
    }
}
