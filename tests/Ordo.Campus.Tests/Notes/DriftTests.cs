using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Ordo.Campus.Notes;
using Ordo.Sync.Crdt;

namespace Ordo.Campus.Tests.Notes;

public sealed class DriftTests
{
    [Fact]
    public void An_edit_moves_with_the_text_before_it() =>
        Assert.Equal([new TextChange(8, 0, "!")], Drift.Rebase(new TextChange(5, 0, "!"), [new TextChange(0, 0, "Oh ")]));

    [Fact]
    public void What_another_inserted_into_a_deleted_range_stays()
    {
        IReadOnlyList<TextChange> edits = Drift.Rebase(new TextChange(1, 4, "_"), [new TextChange(3, 0, "NEW")]);
        Assert.Equal("a_NEWf", Drift.Apply(Drift.Apply("abcdef", [new TextChange(3, 0, "NEW")]), edits), ignoreCase: false);
    }

    [Property(MaxTest = 400)]
    public Property A_moved_edit_fits_the_changed_text_and_loses_nothing_inserted(string text, (byte At, byte Count) mine, (byte At, byte Count) theirs)
    {
        string before = Plain(text);
        TextChange my = Change(before, mine, "<mine>");
        TextChange their = Change(before, theirs, "<theirs>");
        string after = Drift.Apply(Drift.Apply(before, [their]), Drift.Rebase(my, [their]));
        return (after.Contains("<mine>", StringComparison.Ordinal) && after.Contains("<theirs>", StringComparison.Ordinal))
            .Label($"'{before}' {my} over {their}: '{after}'");
    }

    [Property(MaxTest = 400)]
    public bool The_change_between_two_texts_makes_one_of_the_other(string before, string after)
    {
        (before, after) = (before ?? string.Empty, after ?? string.Empty);
        return Drift.Between(before, after) is { } change ? Drift.Apply(before, [change]) == after : before == after;
    }

    private static string Plain(string? text) => string.Concat((text ?? string.Empty).Where(char.IsAsciiLetterLower));

    private static TextChange Change(string text, (byte At, byte Count) where, string inserted)
    {
        int at = where.At % (text.Length + 1);
        return new TextChange(at, where.Count % (text.Length - at + 1), inserted);
    }
}
