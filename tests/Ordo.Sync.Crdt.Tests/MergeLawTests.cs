using FsCheck.Xunit;
using Ordo.Sync.Crdt.Tests.Support;

namespace Ordo.Sync.Crdt.Tests;

/// <summary>The join is a semilattice, on states that random histories reach.</summary>
public sealed class MergeLawTests
{
    [Property(MaxTest = 150, EndSize = 300)]
    public void Merging_commutes(uint[] numbers)
    {
        Replica[] replicas = Commands.Run(numbers).Replicas;
        Assert.Equal(Joined(replicas[0], replicas[1]).Canonical, Joined(replicas[1], replicas[0]).Canonical);
        Assert.Equal(
            Joined(replicas[0], replicas[1]).Document.Encode(), Joined(replicas[1], replicas[0]).Document.Encode(), Same);
    }

    [Property(MaxTest = 150, EndSize = 300)]
    public void Merging_is_associative(uint[] numbers)
    {
        Replica[] replicas = Commands.Run(numbers).Replicas;
        Replica leftFirst = Joined(Joined(replicas[0], replicas[1]), replicas[2]);
        Replica rightFirst = Joined(replicas[0], Joined(replicas[1], replicas[2]));
        Assert.Equal(leftFirst.Canonical, rightFirst.Canonical);
    }

    [Property(MaxTest = 150, EndSize = 300)]
    public void Merging_again_changes_nothing(uint[] numbers)
    {
        Replica[] replicas = Commands.Run(numbers).Replicas;
        Replica joined = Joined(replicas[0], replicas[1]);
        byte[] before = joined.Document.Encode();
        joined.Pull(joined.Fork(9));
        joined.Pull(replicas[0]);
        joined.Pull(replicas[1]);
        Assert.Equal(before, joined.Document.Encode(), Same);
    }

    [Property(MaxTest = 150, EndSize = 300)]
    public void Join_leaves_both_documents_as_they_were(uint[] numbers)
    {
        Replica[] replicas = Commands.Run(numbers).Replicas;
        byte[] left = replicas[0].Document.Encode();
        byte[] right = replicas[1].Document.Encode();
        CrdtDocument joined = CrdtDocument.Join(
            replicas[0].Document, replicas[0].Known, replicas[1].Document, replicas[1].Known);
        joined.Text("text").Insert(replicas[2].Dots, 0, "changed");
        Assert.Equal(left, replicas[0].Document.Encode());
        Assert.Equal(right, replicas[1].Document.Encode());
    }

    [Property(MaxTest = 150, EndSize = 300)]
    public void Replicas_that_exchanged_everything_are_equal(uint[] numbers)
    {
        Commands commands = Commands.Run(numbers);
        commands.Settle();
        Assert.All(commands.Replicas, replica => Assert.Equal(commands.Replicas[0].Canonical, replica.Canonical));
    }

    [Property(MaxTest = 100, EndSize = 200)]
    public void Five_replicas_that_exchanged_everything_are_equal(uint[] numbers, uint[] more)
    {
        Commands commands = Commands.Run([.. numbers, .. more, .. numbers], replicas: 5);
        commands.Settle();
        Assert.All(commands.Replicas, replica => Assert.Equal(commands.Replicas[0].Canonical, replica.Canonical));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Long_histories_end_equal(uint seed)
    {
        Commands commands = Commands.Run(Enumerable.Repeat(seed, 1500), replicas: 2 + (int)(seed % 4));
        commands.Settle();
        Assert.All(commands.Replicas, replica => Assert.Equal(commands.Replicas[0].Canonical, replica.Canonical));
        Assert.True(commands.Replicas[0].Text.Length > 0);
    }

    [Property(MaxTest = 150, EndSize = 300)]
    public void Deltas_bring_what_whole_states_bring(uint[] numbers)
    {
        Replica[] replicas = Commands.Run(numbers, trims: false).Replicas;
        Replica byState = replicas[0].Fork(8);
        Replica byDelta = replicas[0].Fork(9);
        byState.Pull(replicas[1]);
        byDelta.PullDelta(replicas[1]);
        Assert.Equal(byState.Canonical, byDelta.Canonical);
    }

    // Two encodings are the same if their decoded states are: runs of removed elements may be parted differently.
    private static bool Same(byte[] left, byte[] right) => Dump.Of(left) == Dump.Of(right);

    private static Replica Joined(Replica left, Replica right)
    {
        Replica joined = left.Fork(10);
        joined.Pull(right);
        return joined;
    }
}
