using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Crdt;
using Ordo.Sync.Engine.ConflictFree;

namespace Ordo.Sync.Core.Tests.Engine.ConflictFree;

public sealed class TextSessionTests
{
    private const string Key = "1";
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task What_is_typed_shows_at_once_and_is_saved()
    {
        await using var device = new SheetDevice(null, _time);
        await using TextSession session = await device.Sheets.OpenTextAsync(Key, s => s.Notes);
        session.Insert(0, "hello");
        session.Replace(0, 1, "J");
        Assert.Equal("Jello", session.Value);

        await session.SaveAsync();

        Assert.Equal("Jello", (await device.ReadAsync())!.Notes);
    }

    [Fact]
    public async Task Two_that_type_at_once_converge_and_their_cursors_stay_in_place()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new SheetDevice(hub.Connect(), _time);
        await using var b = new SheetDevice(hub.Connect(), _time);
        await a.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append("one two"));
        await SheetDevice.ConvergeAsync(hub, a, b);
        await using TextSession mine = await a.Sheets.OpenTextAsync(Key, s => s.Notes);
        await using TextSession theirs = await b.Sheets.OpenTextAsync(Key, s => s.Notes);
        TextCursor cursor = mine.AddCursor(4);
        string editor = mine.Value;
        mine.Changed += (_, change) => editor = Apply(editor, change.Changes);

        theirs.Insert(0, "zero ");
        mine.Insert(7, " three");
        editor = mine.Value;
        await theirs.SaveAsync();
        await mine.SaveAsync();
        await SheetDevice.ConvergeAsync(hub, a, b);
        await WaitForAsync(mine, "zero one two three");
        await WaitForAsync(theirs, "zero one two three");

        // The editor is told right after the session's own value changed.
        while (Volatile.Read(ref editor) != "zero one two three")
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal(9, cursor.Index);
    }

    [Fact]
    public async Task Undo_takes_back_own_edits_only()
    {
        await using var device = new SheetDevice(null, _time);
        await using TextSession session = await device.Sheets.OpenTextAsync(Key, s => s.Notes);
        session.Insert(0, "mine ");
        session.EndGroup();
        await session.SaveAsync();
        await device.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append("theirs"));
        await WaitForAsync(session, "mine theirs");

        Assert.True(session.Undo());
        Assert.Equal("theirs", session.Value);
        await session.SaveAsync();
        Assert.Equal("theirs", (await device.ReadAsync())!.Notes);

        Assert.True(session.Redo());
        await session.SaveAsync();
        Assert.Equal("mine theirs", (await device.ReadAsync())!.Notes);
    }

    [Fact]
    public async Task An_edit_of_a_revision_is_made_on_that_one_or_not_at_all()
    {
        await using var device = new SheetDevice(null, _time);
        await using TextSession session = await device.Sheets.OpenTextAsync(Key, s => s.Notes);
        session.Insert(0, "two");
        (string shown, long revision) = session.Current;
        session.Insert(0, "one ");

        Assert.False(session.TryReplace(ref revision, shown.Length, 0, " three"));
        Assert.Equal("one two", session.Value);

        (shown, revision) = session.Current;
        Assert.True(session.TryReplace(ref revision, shown.Length, 0, " three"));
        Assert.Equal(new TextRevision("one two three", revision), session.Current);
        Assert.True(session.TryApply(ref revision, [new TextChange(0, 4, ""), new TextChange(0, 1, "T")]));
        Assert.Equal("Two three", session.Value);
        await session.SaveAsync();
        Assert.Equal("Two three", (await device.ReadAsync())!.Notes);
    }

    [Fact]
    public async Task Of_several_edits_all_are_made_or_none()
    {
        await using var device = new SheetDevice(null, _time);
        await using TextSession session = await device.Sheets.OpenTextAsync(Key, s => s.Notes);
        session.Insert(0, "a\U0001F600");
        TextRevision before = session.Current;
        long revision = before.Revision;
        foreach (TextChange wrong in (TextChange[])[new(9, 0, "x"), new(0, 9, ""), new(1, 1, "")])
        {
            Assert.ThrowsAny<ArgumentException>(() => session.TryApply(ref revision, [new TextChange(0, 0, ""), wrong]));
            Assert.ThrowsAny<ArgumentException>(() => session.TryApply(ref revision, [wrong]));
            Assert.ThrowsAny<ArgumentException>(
                () => session.TryApply(ref revision, [new TextChange(0, 0, "!"), wrong with { Position = wrong.Position + 1 }]));
        }

        Assert.Equal(before, session.Current);
        Assert.Equal(before.Revision, revision);
    }

    [Fact]
    public async Task An_editor_that_follows_revisions_misses_nothing_that_others_type()
    {
        await using var device = new SheetDevice(null, _time);
        await using TextSession session = await device.Sheets.OpenTextAsync(Key, s => s.Notes);
        var told = new System.Collections.Concurrent.ConcurrentQueue<TextChangedEventArgs>();
        session.Changed += (_, change) => told.Enqueue(change);
        (string editor, long revision) = session.Current;
        for (int round = 0; round < 40; round++)
        {
            await device.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Insert(0, "o"));
            while (!session.TryReplace(ref revision, editor.Length, 0, "m"))
            {
                while (!told.IsEmpty && told.TryDequeue(out TextChangedEventArgs? change))
                {
                    if (change.Revision == revision + 1)
                    {
                        (editor, revision) = (Apply(editor, change.Changes), change.Revision);
                    }
                }

                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            editor += "m";
        }

        await session.SaveAsync();
        string all = new string('o', 40) + new string('m', 40);
        await WaitForAsync(session, all);
        Assert.Equal(all, (await device.ReadAsync())!.Notes);
    }

    [Fact]
    public async Task A_thousand_characters_take_fewer_writes_and_none_is_lost()
    {
        await using var device = new SheetDevice(null, _time);
        await using TextSession session = await device.Sheets.OpenTextAsync(Key, s => s.Notes);
        for (int i = 0; i < 1000; i++)
        {
            session.Insert(session.Length, "x");
        }

        await session.SaveAsync();

        Assert.Equal(new string('x', 1000), (await device.ReadAsync())!.Notes);
        Assert.InRange((await device.Engine.GetJournalStatusAsync()).PendingCount, 1, 1000);
    }

    [Fact]
    public async Task An_anchor_kept_in_a_record_shows_where_somebody_else_types()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new SheetDevice(hub.Connect(), _time);
        await using var b = new SheetDevice(hub.Connect(), _time);
        await a.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append("one two"));
        await SheetDevice.ConvergeAsync(hub, a, b);
        await using TextSession mine = await a.Sheets.OpenTextAsync(Key, s => s.Notes);
        await using TextSession theirs = await b.Sheets.OpenTextAsync(Key, s => s.Notes);
        string sent = theirs.AnchorAt(4).ToString();

        mine.Insert(0, "zero ");
        Anchor anchor = Anchor.Parse(sent);
        Assert.Equal(9, mine.IndexOf(anchor));
        TextCursor cursor = mine.AddCursor(anchor)!;
        await mine.SaveAsync();
        Assert.Equal(9, mine.IndexOf(anchor));

        mine.Delete(5, 3);
        Assert.Equal(6, mine.IndexOf(anchor));
        Assert.Equal(6, cursor.Index);
        Assert.Null(mine.IndexOf(Anchor.Parse(">00000000000000000000000000000007:1")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Indexes_lead_to_the_saved_text_and_back(bool isBeingWritten)
    {
        // "0123456789" is saved; shown is "234abc56789": inside what is unsaved a place stands beside it.
        var unsaved = new UnsavedEdits();
        unsaved.Add([new TextChange(5, 0, "abc")]);
        if (isBeingWritten)
        {
            Assert.Single(unsaved.BeginWrite());
        }

        unsaved.Add([new TextChange(0, 2, "")]);
        for (int index = 0; index <= 11; index++)
        {
            bool isInside = index is 4 or 5;
            Assert.Equal(
                isInside || index == 6 ? 3 : index, unsaved.ToShown(unsaved.ToSaved(index, isAfter: true), isAfter: true));
            Assert.Equal(
                isInside || index == 3 ? 6 : index, unsaved.ToShown(unsaved.ToSaved(index, isAfter: false), isAfter: false));
        }
    }

    [Fact]
    public async Task Anchors_lead_back_to_their_index()
    {
        await using var device = new SheetDevice(null, _time);
        await using TextSession session = await device.Sheets.OpenTextAsync(Key, s => s.Notes);
        session.Insert(0, "0123456789");
        session.Insert(5, "abc");
        session.Delete(0, 2);
        await session.SaveAsync();

        for (int index = 0; index <= session.Length; index++)
        {
            Assert.Equal(index, session.IndexOf(session.AnchorAt(index)));
            Assert.Equal(index, session.IndexOf(session.AnchorAt(index, isAfter: false)));
        }
    }

    [Fact]
    public async Task Cursors_may_step_by_what_people_see_as_one_character()
    {
        await using var device = new SheetDevice(null, _time);
        await using TextSession session = await device.Sheets.OpenTextAsync(Key, s => s.Notes);
        session.Insert(0, "aéz");

        Assert.Equal(3, session.GraphemeEnd(1));
        Assert.Equal(1, session.GraphemeStart(3));
    }

    private static string Apply(string text, IReadOnlyList<TextChange> changes)
    {
        foreach (TextChange change in changes)
        {
            text = text.Remove(change.Position, change.Deleted).Insert(change.Position, change.Inserted);
        }

        return text;
    }

    // The session hears of changes when its loop gets to them.
    private static async Task WaitForAsync(TextSession session, string expected)
    {
        while (session.Value != expected)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
