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
