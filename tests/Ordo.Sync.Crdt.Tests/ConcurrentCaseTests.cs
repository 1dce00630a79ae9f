using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Tests.Support;

namespace Ordo.Sync.Crdt.Tests;

/// <summary>What happens at the same time, case by case: each is run with whole states and with deltas.</summary>
public sealed class ConcurrentCaseTests
{
    private static readonly Scalar X = Scalar.Of("x");
    private static readonly Scalar Key = Scalar.Of("key");

    [Fact]
    public void Adding_wins_over_removing() => Check(
        start => start.Document.Set("set").Add(start.Dots, X),
        left => left.Document.Set("set").Add(left.Dots, X),
        right => right.Document.Set("set").Remove(X),
        end => Assert.True(end.Document.Set("set").Contains(X)));

    [Fact]
    public void Removing_what_was_seen_removes() => Check(
        start => start.Document.Set("set").Add(start.Dots, X),
        left => left.Document.Set("set").Add(left.Dots, Scalar.Of("y")),
        right => right.Document.Set("set").Remove(X),
        end => Assert.Equal([Scalar.Of("y")], end.Document.Set("set").Elements));

    [Fact]
    public void Element_added_by_two_is_there_once_and_goes_at_one_removal() => Check(
        _ => { },
        left => left.Document.Set("set").Add(left.Dots, X),
        right => right.Document.Set("set").Add(right.Dots, X),
        end =>
        {
            Assert.Equal(1, end.Document.Set("set").Count);
            Replica later = end.Fork(7);
            later.Document.Set("set").Remove(X);
            end.Pull(later);
            Assert.Equal(0, end.Document.Set("set").Count);
        });

    [Fact]
    public void Enabling_wins_over_disabling() => Check(
        start => start.Document.Flag("flag").Enable(start.Dots),
        left => left.Document.Flag("flag").Disable(),
        right => right.Document.Flag("flag").Enable(right.Dots),
        end => Assert.True(end.Document.Flag("flag").Value));

    [Fact]
    public void Counter_sums_what_both_added() => Check(
        start => start.Document.Counter("counter").Increment(start.Dots, 10),
        left => left.Document.Counter("counter").Increment(left.Dots, 5),
        right => right.Document.Counter("counter").Decrement(right.Dots, 3),
        end => Assert.Equal(12, end.Document.Counter("counter").Value));

    [Fact]
    public void Counter_keeps_its_value_and_one_total_less_when_a_retired_replica_is_absorbed() => Check(
        start => start.Document.Counter("counter").Increment(start.Dots, 10),
        left => Assert.True(left.Document.Counter("counter").Absorb(left.Dots, Replica.IdOf(1))),
        right => right.Document.Counter("counter").Increment(right.Dots, 3),
        end =>
        {
            Assert.Equal(13, end.Document.Counter("counter").Value);
            Assert.Equal(2, end.Document.Counter("counter").ReplicaCount);
        });

    [Fact]
    public void Register_reads_the_later_write_and_keeps_both() => Check(
        start => start.Document.Register("register").Set(start.Dots, new HybridTimestamp(1), Scalar.Of("old")),
        left => left.Document.Register("register").Set(left.Dots, new HybridTimestamp(5), Scalar.Of("later")),
        right => right.Document.Register("register").Set(right.Dots, new HybridTimestamp(4), Scalar.Of("earlier")),
        end =>
        {
            Assert.Equal(Scalar.Of("later"), end.Document.Register("register").Value);
            Assert.Equal(["later", "earlier"], new Register<string>(end.Document.Register("register")).Values);
        });

    [Fact]
    public void Register_breaks_a_tie_of_timestamps_by_replica() => Check(
        _ => { },
        left => left.Document.Register("register").Set(left.Dots, new HybridTimestamp(5), Scalar.Of("two")),
        right => right.Document.Register("register").Set(right.Dots, new HybridTimestamp(5), Scalar.Of("three")),
        end => Assert.Equal(Scalar.Of("three"), end.Document.Register("register").Value));

    [Fact]
    public void Updating_wins_over_removing_a_key_and_keeps_only_what_the_remover_did_not_see() => Check(
        start => start.Document.Map("map").Set(Key).Add(start.Dots, Scalar.Of("seen")),
        left => left.Document.Map("map").Remove(left.Dots, Key),
        right => right.Document.Map("map").Set(Key).Add(right.Dots, Scalar.Of("new")),
        end => Assert.Equal([Scalar.Of("new")], end.Document.Map("map").Set(Key).Elements));

    [Fact]
    public void Typing_wins_over_removing_the_key_of_a_text() => Check(
        start => start.Document.Map("map").Text(Key).Insert(start.Dots, 0, "hello"),
        left => left.Document.Map("map").Remove(left.Dots, Key),
        right => right.Document.Map("map").Text(Key).Insert(right.Dots, 2, "-"),
        end => Assert.Equal("-", end.Document.Map("map").Text(Key).ToString()));

    [Fact]
    public void Removing_an_outer_key_leaves_a_nested_update() => Check(
        start => start.Document.Map("map").Nested(Key).Counter(X).Increment(start.Dots),
        left => left.Document.Map("map").Remove(left.Dots, Key),
        right => right.Document.Map("map").Nested(Key).Flag(X).Enable(right.Dots),
        end =>
        {
            Assert.Equal([Key], end.Document.Map("map").Keys);
            Assert.True(end.Document.Map("map").Nested(Key).Flag(X).Value);
            Assert.Equal(0, end.Document.Map("map").Nested(Key).Counter(X).Value);
        });

    [Fact]
    public void Removing_a_key_that_nobody_updates_removes_it() => Check(
        start => start.Document.Map("map").Nested(Key).Text(X).Insert(start.Dots, 0, "text"),
        left => left.Document.Map("map").Remove(left.Dots, Key),
        right => right.Document.Flag("flag").Enable(right.Dots),
        end => Assert.Empty(end.Document.Map("map").Keys));

    [Fact]
    public void Values_of_two_kinds_made_under_one_key_are_both_there() => Check(
        _ => { },
        left => left.Document.Map("map").Counter(Key).Increment(left.Dots, 4),
        right => right.Document.Map("map").Text(Key).Insert(right.Dots, 0, "text"),
        end =>
        {
            Assert.Equal(4, end.Document.Map("map").Counter(Key).Value);
            Assert.Equal("text", end.Document.Map("map").Text(Key).ToString());
            Assert.Equal([Key], end.Document.Map("map").Keys);
        });

    [Fact]
    public void Insertions_at_one_place_stand_one_after_the_other() => Check(
        start => start.Text.Insert(start.Dots, 0, "[]"),
        left => left.Text.Insert(left.Dots, 1, "left"),
        right => right.Text.Insert(right.Dots, 1, "right"),
        end => Assert.Equal("[leftright]", end.Text.ToString()));

    [Fact]
    public void Insertions_of_four_at_one_place_stand_whole_one_after_the_other_in_the_order_of_their_replicas()
    {
        var start = new Replica(1);
        start.Text.Insert(start.Dots, 0, "[]");
        Replica[] replicas = [.. Enumerable.Range(2, 4).Select(start.Fork)];
        foreach (Replica replica in replicas)
        {
            replica.Text.Insert(replica.Dots, 1, $"<{replica.Number}>");
        }

        foreach (int[] order in (int[][])[[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]])
        {
            Replica end = start.Fork(9);
            foreach (int at in order)
            {
                end.PullDelta(replicas[at]);
            }

            Assert.Equal("[<2><3><4><5>]", end.Text.ToString());
        }
    }

    [Fact]
    public void Element_removed_from_a_list_stays_removed_beside_an_insertion_there() => Check(
        start => start.Document.Sequence("list").Insert(start.Dots, 0, Scalar.Of(1), Scalar.Of(2), Scalar.Of(3)),
        left => left.Document.Sequence("list").RemoveAt(left.Dots, 1),
        right => right.Document.Sequence("list").Insert(right.Dots, 1, Scalar.Of(9)),
        end => Assert.Equal([1L, 9L, 3L], new Sequence<long>(end.Document.Sequence("list"))));

    [Fact]
    public void Insertion_into_a_deleted_range_stays() => Check(
        start => start.Text.Insert(start.Dots, 0, "abcdef"),
        left => left.Text.Delete(left.Dots, 1, 4),
        right => right.Text.Insert(right.Dots, 3, "X"),
        end => Assert.Equal("aXf", end.Text.ToString()));

    [Fact]
    public void Character_deleted_by_two_is_deleted_once() => Check(
        start => start.Text.Insert(start.Dots, 0, "abcdef"),
        left => left.Text.Delete(left.Dots, 1, 3),
        right => right.Text.Delete(right.Dots, 2, 3),
        end => Assert.Equal("af", end.Text.ToString()));

    [Fact]
    public void Element_replaced_by_two_leaves_both() => Check(
        start => start.Document.Sequence("list").Add(start.Dots, Scalar.Of(1)),
        left => left.Document.Sequence("list").Replace(left.Dots, 0, Scalar.Of(2)),
        right => right.Document.Sequence("list").Replace(right.Dots, 0, Scalar.Of(3)),
        end => Assert.Equal([2L, 3L], new Sequence<long>(end.Document.Sequence("list")).Order()));

    [Fact]
    public void Insertion_beside_a_removal_that_all_others_have_forgotten_finds_its_place()
    {
        var start = new Replica(1);
        start.Text.Insert(start.Dots, 0, "abcdef");
        Replica left = start.Fork(2);
        Replica right = start.Fork(3);
        right.Text.Insert(right.Dots, 3, "X");
        left.Text.Delete(left.Dots, 1, 4);
        left.Document.Trim(left.Known);
        Assert.Equal("af", left.Text.ToString());
        left.Pull(right);
        Assert.Equal("aXf", left.Text.ToString());
        right.Pull(left);
        Assert.Equal(left.Canonical, right.Canonical);
    }

    [Fact]
    public void Forgotten_removal_is_not_undone_by_a_state_that_has_not_seen_it()
    {
        var start = new Replica(1);
        start.Text.Insert(start.Dots, 0, "abcdef");
        Replica left = start.Fork(2);
        left.Text.Delete(left.Dots, 1, 4);
        left.Document.Trim(left.Known);
        left.Pull(start);
        Assert.Equal("af", left.Text.ToString());
        start.Pull(left);
        Assert.Equal("af", start.Text.ToString());
        Assert.Equal(left.Document.Encode(), start.Document.Encode());
    }

    private static void Check(Action<Replica> begin, Action<Replica> editLeft, Action<Replica> editRight, Action<Replica> verify)
    {
        Action<Replica, Replica>[] exchanges = [(to, from) => to.Pull(from), (to, from) => to.PullDelta(from)];
        foreach (Action<Replica, Replica> exchange in exchanges)
        {
            var start = new Replica(1);
            begin(start);
            Replica left = start.Fork(2);
            Replica right = start.Fork(3);
            editLeft(left);
            editRight(right);
            Replica late = left.Fork(4);
            exchange(left, right);
            exchange(right, late);
            Assert.Equal(left.Canonical, right.Canonical);
            verify(left);
            verify(right);
        }
    }
}
