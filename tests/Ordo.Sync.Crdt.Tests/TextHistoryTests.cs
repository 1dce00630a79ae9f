using FsCheck.Xunit;
using Ordo.Sync.Crdt.Tests.Support;

namespace Ordo.Sync.Crdt.Tests;

public sealed class TextHistoryTests
{
    [Fact]
    public void Undo_takes_back_own_edits_and_leaves_those_of_others()
    {
        Replica replica = TextTests.Written("one two");
        var history = new TextHistory(replica.Text);
        history.Insert(replica.Dots, 3, " and a half");
        history.Commit();
        history.Delete(replica.Dots, 0, 3);
        Replica other = replica.Fork(2);
        other.Text.Insert(other.Dots, other.Text.Length, " three");
        other.Text.Insert(other.Dots, 5, "X");
        replica.Pull(other);
        Assert.Equal(" and Xa half two three", replica.Text.ToString());
        Assert.True(history.Undo(replica.Dots));
        Assert.Equal("one and Xa half two three", replica.Text.ToString());
        Assert.True(history.Undo(replica.Dots));
        Assert.Equal("oneX two three", replica.Text.ToString());
        Assert.False(history.Undo(replica.Dots));
        Assert.True(history.Redo(replica.Dots));
        Assert.True(history.Redo(replica.Dots));
        Assert.False(history.Redo(replica.Dots));
        other.PullDelta(replica);
        Assert.Equal(replica.Text.ToString(), other.Text.ToString());
    }

    [Fact]
    public void Undoing_typing_takes_back_what_was_deleted_and_restored_in_between()
    {
        var replica = new Replica(1);
        var history = new TextHistory(replica.Text);
        history.Insert(replica.Dots, 0, "abc");
        history.Commit();
        history.Delete(replica.Dots, 1, 1);
        history.Undo(replica.Dots);
        Assert.Equal("abc", replica.Text.ToString());
        history.Undo(replica.Dots);
        Assert.Equal("", replica.Text.ToString());
    }

    [Fact]
    public void Deletion_whose_place_is_forgotten_is_undone_at_its_index()
    {
        Replica replica = TextTests.Written("abcdef");
        var history = new TextHistory(replica.Text);
        history.Delete(replica.Dots, 3, 3);
        replica.Trim(replica.Known);
        history.Undo(replica.Dots);
        Assert.Equal("abcdef", replica.Text.ToString());
    }

    [Fact]
    public void Edit_after_an_undo_clears_what_could_be_done_again()
    {
        Replica replica = TextTests.Written("abc");
        var history = new TextHistory(replica.Text);
        history.Insert(replica.Dots, 3, "d");
        history.Undo(replica.Dots);
        Assert.True(history.CanRedo);
        history.Insert(replica.Dots, 0, "x");
        Assert.False(history.CanRedo);
    }

    [Property(MaxTest = 150, EndSize = 100)]
    public void Undoing_all_and_doing_all_again_leads_back_and_forth(uint[] numbers)
    {
        Replica replica = TextTests.Written("start");
        var history = new TextHistory(replica.Text);
        var texts = new List<string> { "start" };
        foreach (Draw each in Draw.Each(numbers))
        {
            Draw draw = each;
            int index = draw.Next(replica.Text.Length + 1);
            int count = draw.Next(Math.Min(4, replica.Text.Length - index) + 1);
            history.Replace(replica.Dots, index, count, "abcd".AsSpan(0, draw.Next(5)));
            bool changed = history.CanUndo;
            history.Commit();
            if (replica.Text.ToString() != texts[^1])
            {
                Assert.True(changed);
            }

            texts.Add(replica.Text.ToString());
        }

        while (history.Undo(replica.Dots))
        {
            Assert.Contains(replica.Text.ToString(), texts);
        }

        Assert.Equal("start", replica.Text.ToString());
        while (history.Redo(replica.Dots))
        {
            Assert.Contains(replica.Text.ToString(), texts);
        }

        Assert.Equal(texts[^1], replica.Text.ToString());
    }
}
