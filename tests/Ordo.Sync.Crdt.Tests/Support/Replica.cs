using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Tests.Support;

/// <summary>One replica of one record: document, knowledge, dots, and the removals it has forgotten.</summary>
public sealed class Replica
{
    public Replica(int number)
    {
        Number = number;
        Dots = new TestDots(IdOf(number), Known);
    }

    public int Number { get; }

    public CrdtDocument Document { get; private set; } = new();

    public TestVector Known { get; } = new();

    /// <summary>The removals trimmed here or by a replica whose state came from there: F of the scope.</summary>
    public TestVector Forgotten { get; } = new();

    public IDotSource Dots { get; }

    public Text Text => Document.Text("text");

    public byte[] Canonical => Document.EncodeCanonical();

    public static ReplicaId IdOf(int number) => new(((UInt128)(uint)number << 64) | ((uint)number + 1));

    /// <summary>A replica that begins as a copy of this one, under its own id.</summary>
    public Replica Fork(int number)
    {
        var fork = new Replica(number) { Document = Document.Clone() };
        fork.Known.Join(Known);
        fork.Forgotten.Join(Forgotten);
        return fork;
    }

    /// <summary>Takes in the other's whole state, through its bytes.</summary>
    public void Pull(Replica other)
    {
        Document.Merge(Known, CrdtDocument.Decode(other.Document.Encode()), other.Known);
        Learn(other.Known, other.Forgotten);
    }

    /// <summary>Takes in what is new at the other: a delta where the engine would send one, else the whole state.</summary>
    public void PullDelta(Replica other)
    {
        if (Known.Dominates(other.Forgotten) && other.Known.Dominates(Forgotten))
        {
            Delta delta = other.DeltaSince(Known);
            Receive(delta);
        }
        else
        {
            Pull(other);
        }
    }

    public Delta DeltaSince(TestVector since) =>
        new(Document.EncodeDelta(since), since.Copy(), Known.Copy(), Forgotten.Copy());

    /// <summary>Takes in a delta, however old, under the guards of the engine; returns whether they let it in.</summary>
    public bool Receive(Delta delta)
    {
        if (!Known.Dominates(delta.Since) || !delta.Known.Dominates(Forgotten) || !Known.Dominates(delta.Forgotten))
        {
            return false;
        }

        Document.Apply(Known, delta.Bytes, delta.Known);
        Learn(delta.Known, delta.Forgotten);
        return true;
    }

    public void Trim(TestVector stable)
    {
        Document.Trim(stable);
        Forgotten.Join(stable);
    }

    private void Learn(TestVector known, TestVector forgotten)
    {
        Known.Join(known);
        Forgotten.Join(forgotten);
    }

    public sealed record Delta(byte[] Bytes, TestVector Since, TestVector Known, TestVector Forgotten);

    private sealed class TestDots(ReplicaId id, TestVector known) : IDotSource
    {
        public ReplicaId Replica => id;

        public long Take(int count)
        {
            long first = known.KnownUpTo(id) + 1;
            known.Raise(id, first + count - 1);
            return first;
        }
    }
}
