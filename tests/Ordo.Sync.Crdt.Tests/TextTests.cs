using System.Text;
using FsCheck.Xunit;
using Ordo.Sync.Crdt.Tests.Support;

namespace Ordo.Sync.Crdt.Tests;

public sealed class TextTests
{
    [Fact]
    public void Index_outside_the_text_is_refused()
    {
        Replica replica = Written("abc");
        Assert.Throws<ArgumentOutOfRangeException>(() => replica.Text.Insert(replica.Dots, 4, "x"));
        Assert.Throws<ArgumentOutOfRangeException>(() => replica.Text.Insert(replica.Dots, -1, "x"));
        Assert.Throws<ArgumentOutOfRangeException>(() => replica.Text.Delete(replica.Dots, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => replica.Text.Delete(replica.Dots, 0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => replica.Text[3]);
        Assert.Equal("abc", replica.Text.ToString());
    }

    [Fact]
    public void Index_inside_a_surrogate_pair_is_refused()
    {
        Replica replica = Written("a😀b");
        Assert.Throws<ArgumentException>(() => replica.Text.Insert(replica.Dots, 2, "x"));
        Assert.Throws<ArgumentException>(() => replica.Text.Delete(replica.Dots, 1, 1));
        Assert.Throws<ArgumentException>(() => replica.Text.Delete(replica.Dots, 2, 1));
        replica.Text.Delete(replica.Dots, 1, 2);
        Assert.Equal("ab", replica.Text.ToString());
    }

    [Fact]
    public void Half_a_surrogate_pair_survives_encoding()
    {
        Replica replica = Written("a\uD800b");
        Assert.Equal("a\uD800b", CrdtDocument.Decode(replica.Document.Encode()).Text("text").ToString());
    }

    [Fact]
    public void Grapheme_bounds_do_not_part_what_people_see_as_one()
    {
        string family = "👨‍👩‍👧";
        Text text = Written("ae\u0301" + family + "z").Text;
        Assert.Equal(1, text.GraphemeEnd(0));
        Assert.Equal(3, text.GraphemeEnd(1));
        Assert.Equal(3 + family.Length, text.GraphemeEnd(3));
        Assert.Equal(3, text.GraphemeStart(3 + family.Length));
        Assert.Equal(3, text.GraphemeStart(5));
        Assert.Equal(1, text.GraphemeStart(3));
        Assert.Equal(0, text.GraphemeStart(0));
        Assert.Equal(text.Length, text.GraphemeEnd(text.Length));
    }

    [Fact]
    public void Grapheme_start_is_found_far_into_a_text()
    {
        Text text = Written(string.Concat(Enumerable.Repeat("😀é", 5000))).Text;
        Assert.Equal(14_997, text.GraphemeStart(14_999));
    }

    [Fact]
    public void Anchors_stay_where_they_are_under_remote_edits()
    {
        Replica replica = Written("hello world");
        Anchor after = replica.Text.AnchorAt(5, isAfter: true);
        Anchor before = replica.Text.AnchorAt(5, isAfter: false);
        Replica other = replica.Fork(2);
        other.Text.Insert(other.Dots, 5, "!!!");
        other.Text.Insert(other.Dots, 0, ">>");
        replica.Pull(other);
        Assert.Equal(">>hello!!! world", replica.Text.ToString());
        Assert.Equal(7, replica.Text.IndexOf(after));
        Assert.Equal(10, replica.Text.IndexOf(before));
    }

    [Fact]
    public void Anchor_of_a_deleted_character_stands_where_it_was_until_the_place_is_forgotten()
    {
        Replica replica = Written("hello world");
        Anchor anchor = replica.Text.AnchorAt(8, isAfter: true);
        replica.Text.Delete(replica.Dots, 4, 6);
        Assert.Equal(4, replica.Text.IndexOf(anchor));
        replica.Trim(replica.Known);
        Assert.Equal("helld", replica.Text.ToString());
        replica.Text.Delete(replica.Dots, 4, 1);
        replica.Trim(replica.Known);
        Assert.Null(replica.Text.IndexOf(anchor));
    }

    [Fact]
    public void Anchors_at_the_ends_hold_to_the_ends()
    {
        Replica replica = Written("abc");
        Anchor begin = replica.Text.AnchorAt(0, isAfter: true);
        Anchor end = replica.Text.AnchorAt(3, isAfter: false);
        replica.Text.Insert(replica.Dots, 0, "x");
        replica.Text.Insert(replica.Dots, 4, "y");
        Assert.Equal(0, replica.Text.IndexOf(begin));
        Assert.Equal(5, replica.Text.IndexOf(end));
    }

    [Property(MaxTest = 150, EndSize = 200)]
    public void Changes_repeat_in_an_editor_what_joins_did(uint[] numbers)
    {
        Replica[] replicas = [new(1), new(2)];
        replicas[0].Text.TracksChanges = true;
        var editor = new StringBuilder();
        foreach (Draw each in Draw.Each(numbers))
        {
            Draw draw = each;
            Replica other = replicas[1];
            TextSnapshot before = replicas[0].Text.Snapshot();
            switch (draw.Next(6))
            {
                case 0:
                    replicas[0].PullDelta(other);
                    Repeat(editor, replicas[0].Text.TakeChanges());
                    break;
                case 1:
                    replicas[0].Pull(other);
                    Repeat(editor, replicas[0].Text.TakeChanges());
                    break;
                case 2:
                    other.PullDelta(replicas[0]);
                    break;
                case 3:
                    Commands.EditText(replicas[0].Text, replicas[0].Dots, ref draw);
                    editor.Clear().Append(replicas[0].Text);
                    break;
                default:
                    Commands.EditText(other.Text, other.Dots, ref draw);
                    break;
            }

            Assert.Equal(replicas[0].Text.ToString(), editor.ToString());
            var compared = new StringBuilder(before.Value);
            Repeat(compared, replicas[0].Text.ChangesSince(before));
            Assert.Equal(replicas[0].Text.ToString(), compared.ToString());
        }
    }

    [Fact]
    public void Removed_values_do_not_pile_up_in_memory()
    {
        var replica = new Replica(1);
        string line = new('x', 1000);
        for (int i = 0; i < 2000; i++)
        {
            replica.Text.Insert(replica.Dots, 0, line);
            replica.Text.Delete(replica.Dots, 0, 1000);
            replica.Trim(replica.Known);
        }

        Assert.Equal(0, replica.Text.RunCount);
        Assert.True(replica.Document.IsEmpty);
    }

    [Fact]
    public void Dot_that_was_issued_before_is_refused()
    {
        Replica replica = Written("abc");
        var again = new DotSource(replica.Dots.Replica);
        Assert.Throws<InvalidOperationException>(() => replica.Text.Insert(again, 0, "x"));
    }

    internal static Replica Written(string text)
    {
        var replica = new Replica(1);
        replica.Text.Insert(replica.Dots, 0, text);
        return replica;
    }

    private static void Repeat(StringBuilder editor, IReadOnlyList<TextChange> changes)
    {
        foreach (TextChange change in changes)
        {
            editor.Remove(change.Position, change.Deleted).Insert(change.Position, change.Inserted);
        }
    }

    [Theory]
    [InlineData(">")]
    [InlineData("<")]
    [InlineData(">00000000000000010000000000000002:77")]
    [InlineData("<00000000000000010000000000000002:1")]
    public void Anchors_can_be_written_down(string text) => Assert.Equal(text, Anchor.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData(">7")]
    [InlineData(">00000000000000010000000000000002:0")]
    [InlineData(">00000000000000010000000000000002:-1")]
    [InlineData(">00000000000000010000000000000002:99999999999999999999")]
    [InlineData("00000000000000010000000000000002:1")]
    public void What_is_no_anchor_is_refused(string text)
    {
        Assert.False(Anchor.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Anchor.Parse(text));
    }
}
