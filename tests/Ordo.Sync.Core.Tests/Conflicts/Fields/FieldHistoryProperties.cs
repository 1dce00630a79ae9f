using FsCheck.Xunit;
using Ordo.Sync.Conflicts.Fields;
using static Ordo.Sync.Core.Tests.Conflicts.Fields.FieldDocs;

namespace Ordo.Sync.Core.Tests.Conflicts.Fields;

[Properties(MaxTest = 300)]
public sealed class FieldHistoryProperties
{
    [Property]
    public void Joining_is_commutative_associative_and_idempotent(int seed, byte bound)
    {
        int lostMax = bound % 2 == 0 ? Unbounded : bound % 5;
        var history = new FieldHistory(seed, lostMax, steps: 25);
        if (history.Versions.Count == 0)
        {
            return;
        }

        for (int i = 0; i < 5; i++)
        {
            FieldState a = history.AnyState();
            FieldState b = history.AnyState();
            FieldState c = history.AnyState();
            FieldState ab = Join(a, b);

            Assert.Equal(Print(ab), Print(Join(b, a)));
            Assert.Equal(Print(Join(ab, c)), Print(Join(a, Join(b, c))));
            Assert.Equal(Print(Join(a, a)), Print(a));
            Assert.Equal(Print(Join(ab, a)), Print(ab));
        }

        FieldState Join(FieldState left, FieldState right) => FieldState.Join(left, right, lostMax);
    }

    [Property]
    public void Replicas_that_heard_of_everything_show_the_same(int seed, byte bound)
    {
        int lostMax = bound % 2 == 0 ? Unbounded : bound % 5;
        var history = new FieldHistory(seed, lostMax);
        string[] ends = [.. history.Ends.Where(end => end.Count > 0).Select(end => Print(history.JoinAll(end)))];

        Assert.True(ends.Distinct().Count() <= 1);
        Assert.True(ends.Length == 0 || ends.Length == history.Ends.Count());
    }

    [Property]
    public void No_written_value_vanishes_unless_somebody_who_knew_it_overwrote_it_or_it_stands_as_lost(int seed)
    {
        var history = new FieldHistory(seed, Unbounded);
        if (history.Versions.Count == 0)
        {
            return;
        }

        FieldState end = history.JoinAll(history.Ends.First());
        Dictionary<string, string> shown = Leaves(end.ToPayload());
        foreach (FieldVersion version in history.Versions)
        {
            foreach ((string path, string value) in version.Changes)
            {
                bool stands = shown.GetValueOrDefault(path, string.Empty) == value || value == "{}";
                bool lost = end.Lost.Any(one => one.Path == path && ValueOf(one) == value);
                bool overwritten = history.Versions.Exists(
                    later => later.Changes.ContainsKey(path) && later.Past.Contains(version.Stamp));
                Assert.True(stands || lost || overwritten, $"{path}={value} of {version.Stamp} vanished.");
            }
        }
    }

    [Property]
    public void Only_what_a_concurrent_newer_edit_beat_counts_as_lost(int seed)
    {
        var history = new FieldHistory(seed, Unbounded);
        if (history.Versions.Count == 0)
        {
            return;
        }

        foreach (LostValue lost in history.JoinAll(history.Ends.First()).Lost)
        {
            Assert.Contains(history.Versions, later => later.Stamp > lost.Stamp
                && !later.Past.Contains(lost.Stamp)
                && later.Changes.Keys.Any(path => IsRelated(path, lost.Path)));
        }
    }

    [Property(MaxTest = 100)]
    public void What_a_writer_saw_all_of_costs_a_few_bytes_however_long_the_history(int seed)
    {
        var random = new Random(seed);
        FieldState state = FieldState.Write(null, Doc(("a", 0)), At(1), 8, sawAll: true);
        for (int i = 2; i < 200; i++)
        {
            FieldStamp stamp = At(i, random.Next(2) == 0 ? "ann" : "bea");
            state = FieldState.Write(state, Doc(("a", i), ("b", i / 7)), stamp, 8, sawAll: true);
            state = FieldState.Decode(state.ToPayload(), state.Encode(stamp), stamp);
            Assert.InRange(state.Encode(stamp).Length, 0, 80);
        }
    }

    private static bool IsRelated(string left, string right) =>
        left == right || left.StartsWith($"{right}.", StringComparison.Ordinal)
        || right.StartsWith($"{left}.", StringComparison.Ordinal);

    private static string ValueOf(LostValue lost) => lost.Value.IsEmpty ? string.Empty : Json(lost.Value);
}
