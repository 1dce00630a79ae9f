using Ordo.Sync.Conflicts.Fields;
using static Ordo.Sync.Core.Tests.Conflicts.Fields.FieldDocs;

namespace Ordo.Sync.Core.Tests.Conflicts.Fields;

public sealed class FieldStateTests
{
    private static readonly FieldState Base = Write(null, Doc(("a", 1), ("b", 1)), At(1));

    [Fact]
    public void Edits_of_different_fields_both_survive()
    {
        FieldState joined = Join(
            Write(Base, Doc(("a", 2), ("b", 1)), At(2, "bea")), Write(Base, Doc(("a", 1), ("b", 3)), At(3, "cid")));

        Assert.Equal("{a:2,b:3}", Json(joined));
        Assert.Empty(joined.Lost);
    }

    [Fact]
    public void Of_one_field_the_newer_edit_wins_and_the_older_is_kept_with_author_and_time()
    {
        FieldState joined = Join(
            Write(Base, Doc(("a", 2), ("b", 1)), At(2, "bea")), Write(Base, Doc(("a", 3), ("b", 1)), At(3, "cid")));

        Assert.Equal("{a:3,b:1}", Json(joined));
        Assert.Equal("a=2 by bea@2", LostOf(joined));
    }

    [Fact]
    public void Two_edits_to_the_same_value_lose_nothing()
    {
        FieldState joined = Join(
            Write(Base, Doc(("a", 2), ("b", 1)), At(2, "bea")), Write(Base, Doc(("a", 2), ("b", 1)), At(3, "cid")));

        Assert.Equal("{a:2,b:1}", Json(joined));
        Assert.Empty(joined.Lost);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_many_edits_overwrote_one_after_another_is_no_loser(bool sawAll)
    {
        FieldState far = Base;
        for (int i = 2; i < 40; i++)
        {
            far = FieldState.Write(far, Doc(("a", i), ("b", 1)), At(i, "bea"), 10, sawAll);
        }

        FieldState near = Write(Base, Doc(("a", 1), ("b", 9)), At(9, "cid"));

        FieldState joined = Join(near, far);

        Assert.Equal("{a:39,b:9}", Json(joined));
        Assert.Empty(joined.Lost);
    }

    [Fact]
    public void A_put_of_the_whole_object_stamps_only_what_differs()
    {
        FieldState far = Write(Base, Doc(("a", 5), ("b", 1)), At(2, "bea"));
        FieldState near = Write(Base, Doc(("a", 1), ("b", 7)), At(9, "cid"));

        FieldState joined = Join(near, far);

        Assert.Equal("{a:5,b:7}", Json(joined));
        Assert.Equal([At(2, "bea"), At(9, "cid")], joined.Entries.Select(entry => entry.Stamp));
    }

    [Fact]
    public void Nested_maps_merge_and_arrays_are_values()
    {
        FieldState seen = Write(null, Doc(("m", Map(("x", 1), ("y", Map(("z", 1))))), ("l", List(1))), At(1));
        FieldState left = Write(
            seen, Doc(("m", Map(("x", 2), ("y", Map(("z", 1))))), ("l", List(1, 2))), At(2, "bea"));
        FieldState right = Write(
            seen, Doc(("m", Map(("x", 1), ("y", Map(("z", 3))))), ("l", List(1, 3))), At(3, "cid"));

        FieldState joined = Join(left, right);

        Assert.Equal("{l:[1,3],m:{x:2,y:{z:3}}}", Json(joined));
        Assert.Equal("l=[1,2] by bea@2", LostOf(joined));
    }

    [Theory]
    [InlineData(2, 3, "{b:1}", "a=5 by bea@2")]
    [InlineData(3, 2, "{a:5,b:1}", "a=removed by cid@2")]
    public void Of_a_removal_and_an_edit_the_newer_wins(int edited, int removed, string shown, string lost)
    {
        FieldState joined = Join(
            Write(Base, Doc(("a", 5), ("b", 1)), At(edited, "bea")), Write(Base, Doc(("b", 1)), At(removed, "cid")));

        Assert.Equal(shown, Json(joined));
        Assert.Equal(lost, LostOf(joined));
    }

    [Theory]
    [InlineData(2, 3, "deleted", "a=5 by bea@2")]
    [InlineData(3, 2, "{a:5}", "a=removed by cid@2")]
    public void Of_a_delete_and_an_edit_the_newer_wins_field_by_field(
        int edited, int deleted, string shown, string lost)
    {
        FieldState joined = Join(
            Write(Base, Doc(("a", 5), ("b", 1)), At(edited, "bea")), Write(Base, default, At(deleted, "cid")));

        Assert.Equal(shown, Json(joined));
        Assert.Equal(lost, LostOf(joined));
    }

    [Theory]
    [InlineData(2, 3, "{a:{x:1},b:1}", "a=5 by bea@2")]
    [InlineData(3, 2, "{a:5,b:1}", "a=removed by cid@2 a.x=1 by cid@2")]
    public void Where_a_value_meets_a_map_the_newest_decides_and_the_hidden_count_as_lost(
        int valued, int mapped, string shown, string lost)
    {
        FieldState joined = Join(
            Write(Base, Doc(("a", 5), ("b", 1)), At(valued, "bea")),
            Write(Base, Doc(("a", Map(("x", 1))), ("b", 1)), At(mapped, "cid")));

        Assert.Equal(shown, Json(joined));
        Assert.Equal(lost, LostOf(joined));
    }

    [Fact]
    public void What_a_clash_hid_does_not_come_back_when_what_hid_it_goes()
    {
        FieldState clash = Join(
            Write(null, Doc(("a", 5)), At(3, "bea")), Write(null, Doc(("a", Map(("x", 1)))), At(2, "cid")));

        FieldState later = Write(clash, Doc(("b", 1)), At(9));

        Assert.Equal("{a:5}", Json(clash));
        Assert.Equal("{b:1}", Json(later));
        Assert.Equal("a.x=1 by cid@2", LostOf(later));
    }

    [Fact]
    public void An_empty_map_yields_to_what_others_put_into_it()
    {
        FieldState joined = Join(
            Write(Base, Doc(("a", Map())), At(9, "bea")), Write(Base, Doc(("a", Map(("x", 1)))), At(2, "cid")));

        Assert.Equal("{a:{x:1}}", Json(joined));
        Assert.Equal("{}", Json(Write(Base, Doc(), At(9))));
    }

    [Fact]
    public void Names_with_dots_are_escaped_in_lost_paths()
    {
        FieldState joined = Join(
            Write(null, Doc(("a.b", Map(("c\\", 1)))), At(2, "bea")),
            Write(null, Doc(("a.b", Map(("c\\", 2)))), At(3, "cid")));

        Assert.Equal(@"a\.b.c\\", Assert.Single(joined.Lost).Path);
        Assert.Equal(["a.b", "c\\"], FieldPath.Split(joined.Lost[0].Path));
    }

    [Fact]
    public void Lost_values_stay_with_later_writes_and_the_newest_so_many_are_kept()
    {
        FieldState state = Base;
        for (int i = 1; i <= 5; i++)
        {
            FieldState other = FieldState.Write(state, Doc(("a", 100 + i)), At(10 * i, "bea"), 3);
            FieldState own = FieldState.Write(state, Doc(("a", i)), At((10 * i) + 1, "cid"), 3);
            state = FieldState.Write(FieldState.Join(own, other, 3), Doc(("a", i), ("c", i)), At((10 * i) + 2), 3);
        }

        Assert.Equal("a=105 by bea@50 a=104 by bea@40 a=103 by bea@30", LostOf(state));
        Assert.Empty(FieldState.Write(state, Doc(), At(99), 0).Lost);
    }

    [Fact]
    public void Only_so_many_removed_fields_are_remembered()
    {
        FieldState state = Write(null, Doc(("keep", 1)), At(1));
        for (int i = 2; i < 30; i++)
        {
            (string, object?)[] many = [.. Enumerable.Range(0, 100).Select(n => ($"{i} {n}", (object?)n))];
            state = FieldState.Write(state, Doc([("keep", 1), .. many]), At(i), 3, sawAll: true);
        }

        Assert.Equal(100 + 1 + FieldLimits.RemovalsMax, state.Entries.Length);
    }

    [Fact]
    public void A_restamp_moves_own_fields_and_clamps_later_ones()
    {
        FieldState state = Write(Base, Doc(("a", 2), ("b", 1), ("c", 3)), At(50, "bea"));
        state = Write(state, Doc(("a", 2), ("b", 1), ("c", 4)), At(60, "bea"));

        FieldState moved = state.Restamp(At(60, "bea"), At(40, "cid"));

        Assert.Equal("{a:2,b:1,c:4}", Json(moved));
        Assert.Equal([At(40, "cid"), At(1), At(40, "cid")], moved.Entries.Select(entry => entry.Stamp));
        Assert.Equal(Print(moved), Print(FieldState.Decode(moved.ToPayload(), moved.Encode(), At(40, "cid"))));
    }

    [Fact]
    public void A_payload_that_is_no_map_of_names_is_refused()
    {
        byte[][] refused =
        [
            [0x01], [0x91, 0x01], [0x81, 0x01, 0x01], [0x81, 0xA1], [0x80, 0x80], [0x81, 0xA1, 0xFF, 0x01],
            [0x82, 0xA1, 0x61, 0x01, 0xA1, 0x61, 0x02], [0x82, 0xA1, 0x61, 0x01, 0xA1, 0x61, 0x81, 0xA1, 0x62, 0x02],
        ];

        Assert.All(refused, bytes => Assert.Throws<MessagePack.MessagePackSerializationException>(
            () => Write(null, bytes, At(1))));
    }

    private static FieldState Write(FieldState? seen, ReadOnlyMemory<byte> payload, FieldStamp stamp) =>
        FieldState.Write(seen, payload, stamp, Unbounded);

    private static FieldState Join(FieldState left, FieldState right)
    {
        FieldState joined = FieldState.Join(left, right, Unbounded);
        Assert.Equal(Print(joined), Print(FieldState.Join(right, left, Unbounded)));
        return joined;
    }
}
