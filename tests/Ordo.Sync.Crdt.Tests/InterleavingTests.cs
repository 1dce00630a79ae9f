using Ordo.Sync.Crdt.Tests.Support;

namespace Ordo.Sync.Crdt.Tests;

/// <summary>Runs typed at one place at the same time stand one after the other, whichever way they were typed.</summary>
public sealed class InterleavingTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Runs_of_two_do_not_interleave(bool leftBackwards, bool rightBackwards)
    {
        var start = new Replica(1);
        start.Text.Insert(start.Dots, 0, "[]");
        Replica left = start.Fork(2);
        Replica right = start.Fork(3);
        Type(left, 1, "aaaaaaaa", leftBackwards);
        Type(right, 1, "bbbbbbbb", rightBackwards);
        left.Pull(right);
        right.PullDelta(left);
        Assert.Matches(@"^\[(a{8}b{8}|b{8}a{8})\]$", left.Text.ToString());
        Assert.Equal(left.Text.ToString(), right.Text.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Runs_of_three_do_not_interleave_in_an_empty_text(bool backwards)
    {
        Replica[] replicas = [new(1), new(2), new(3)];
        foreach (Replica replica in replicas)
        {
            Type(replica, 0, new string((char)('a' + replica.Number), 5), backwards);
        }

        replicas[0].PullDelta(replicas[1]);
        replicas[0].Pull(replicas[2]);
        string text = replicas[0].Text.ToString();
        Assert.Equal(15, text.Length);
        Assert.All(replicas, replica => Assert.Contains(new string((char)('a' + replica.Number), 5), text, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_typed_with_backspaces_between_does_not_interleave()
    {
        var start = new Replica(1);
        start.Text.Insert(start.Dots, 0, "[]");
        Replica left = start.Fork(2);
        Replica right = start.Fork(3);
        foreach (Replica replica in new[] { left, right })
        {
            char letter = replica == left ? 'a' : 'b';
            for (int i = 0; i < 6; i++)
            {
                replica.Text.Insert(replica.Dots, 1 + i, [letter, 'x']);
                replica.Text.Delete(replica.Dots, 2 + i, 1);
            }
        }

        left.Pull(right);
        Assert.Matches(@"^\[(a{6}b{6}|b{6}a{6})\]$", left.Text.ToString());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Runs_of_two_in_a_list_do_not_interleave(bool leftBackwards, bool rightBackwards)
    {
        var start = new Replica(1);
        start.Document.Sequence("list").Insert(start.Dots, 0, Scalar.Of("["), Scalar.Of("]"));
        Replica left = start.Fork(2);
        Replica right = start.Fork(3);
        foreach ((Replica replica, bool backwards) in ((Replica, bool)[])[(left, leftBackwards), (right, rightBackwards)])
        {
            for (int i = 0; i < 6; i++)
            {
                replica.Document.Sequence("list").Insert(
                    replica.Dots, backwards ? 1 : 1 + i, Scalar.Of(replica == left ? "a" : "b"));
            }
        }

        left.Pull(right);
        right.PullDelta(left);
        Assert.Matches(@"^\[(a{6}b{6}|b{6}a{6})\]$", string.Concat(new Sequence<string>(left.Document.Sequence("list"))));
        Assert.Equal(left.Canonical, right.Canonical);
    }

    private static void Type(Replica replica, int at, string text, bool backwards)
    {
        for (int i = 0; i < text.Length; i++)
        {
            replica.Text.Insert(replica.Dots, backwards ? at : at + i, text.AsSpan(i, 1));
        }
    }
}
