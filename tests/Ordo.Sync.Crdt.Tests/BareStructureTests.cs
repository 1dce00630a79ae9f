using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Tests.Support;

namespace Ordo.Sync.Crdt.Tests;

/// <summary>
/// Where a sender may bring its own elements only, those of others below which they hang are bare structure: they remove
/// nothing elsewhere, and turn into the elements when their writer brings them.
/// </summary>
public sealed class BareStructureTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Structure_becomes_the_element_that_it_stands_for(bool byDelta)
    {
        (Replica writer, Replica other, Replica hub) = Restricted();
        Assert.Equal("xyz", hub.Text.ToString());

        if (byDelta)
        {
            hub.Document.Apply(hub.Known, writer.Document.EncodeDelta(hub.Known), writer.Known);
        }
        else
        {
            hub.Document.Merge(hub.Known, writer.Document, writer.Known);
        }

        hub.Known.Join(writer.Known);
        Assert.Equal("abxyzcd", hub.Text.ToString());
        Assert.Equal(other.Canonical, hub.Canonical);
        Assert.Equal("abxyzcd", CrdtDocument.Decode(hub.Document.Encode()).Text("text").ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Structure_removes_nothing_where_the_element_is(bool byDelta)
    {
        (Replica writer, Replica other, Replica hub) = Restricted();
        if (byDelta)
        {
            writer.Document.Apply(writer.Known, hub.Document.EncodeDelta(writer.Known), hub.Known);
        }
        else
        {
            writer.Document.Merge(writer.Known, hub.Document, hub.Known);
        }

        writer.Known.Join(hub.Known);
        Assert.Equal("abxyzcd", writer.Text.ToString());
        Assert.Equal(other.Canonical, writer.Canonical);
    }

    [Fact]
    public void What_was_deleted_before_it_could_arrive_arrives_deleted()
    {
        (Replica writer, Replica other, Replica hub) = Restricted();
        writer.Text.Delete(writer.Dots, 1, 1);
        hub.Document.Merge(hub.Known, writer.Document, writer.Known);
        hub.Known.Join(writer.Known);
        other.Pull(writer);
        Assert.Equal("axyzcd", hub.Text.ToString());
        Assert.Equal(other.Canonical, hub.Canonical);
    }

    // A writer's text, what another typed in its middle, and a hub that got it from the other, without what is the writer's.
    private static (Replica Writer, Replica Other, Replica Hub) Restricted()
    {
        var writer = new Replica(1);
        writer.Text.Insert(writer.Dots, 0, "abcd");
        Replica other = writer.Fork(2);
        other.Text.Insert(other.Dots, 2, "xyz");
        var hub = new Replica(3);
        hub.Document.Merge(new OwnOnly(hub.Known, Replica.IdOf(2)), other.Document, other.Known);
        hub.Known.Raise(Replica.IdOf(2), other.Known.KnownUpTo(Replica.IdOf(2)));
        return (writer, other, hub);
    }

    private sealed class OwnOnly(TestVector known, ReplicaId owner) : ICausalView
    {
        public long KnownUpTo(ReplicaId replica) => replica == owner ? known.KnownUpTo(replica) : Dot.CounterMax;
    }
}
