using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Fields;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.History;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Journal;

namespace Ordo.Sync.Core.Tests.Engine.Strategies;

public sealed class MergeTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task Edits_of_different_fields_both_survive_and_of_the_same_field_the_newer_wins()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device(hub, "ann");
        await using TestDevice b = Device(hub, "bob");
        await a.Notes.PutAsync("1", new Note { Text = "base", Score = 1 });
        await a.SyncAsync();
        await b.SyncAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await a.Notes.PutAsync("1", new Note { Text = "ann's", Score = 1 });
        _time.Advance(TimeSpan.FromSeconds(1));
        WriteReceipt receipt = await b.Notes.PutAsync("1", new Note { Text = "bob's", Score = 2 });
        await a.SyncAsync();
        await b.SyncAsync();
        await a.SyncAsync();

        Assert.Equal(new Note { Text = "bob's", Score = 2 }, (await a.Notes.GetAsync("1"))?.Value);
        Assert.Equal(new Note { Text = "bob's", Score = 2 }, (await b.Notes.GetAsync("1"))?.Value);
        Assert.Equal(RecordState.Current, (await a.Notes.GetAsync("1"))?.State);
        Assert.Equal(WriteOutcome.Merged, await receipt.Synced());
        LostValue lost = Assert.Single((await a.Notes.GetHistoryAsync("1")).LostValues);
        Assert.Equal(("Text", "ann"), (lost.Path, lost.Stamp.Author));
        Assert.Empty(await a.Engine.Conflicts.ListAsync().ToListAsync());

        // The next edit writes the merge down; what lost stays, and the versions it merged are in the audit history.
        await a.Notes.PatchAsync("1", patch => patch.Set(note => note.Score, 3));
        await a.SyncAsync();
        await b.SyncAsync();
        RecordHistory<Note> history = await b.Notes.GetHistoryAsync("1");
        Assert.Equal(new Note { Text = "bob's", Score = 3 }, (await b.Notes.GetAsync("1"))?.Value);
        Assert.Equal("Text", Assert.Single(history.LostValues).Path);
        Assert.Contains(history.Versions, version => version.Value?.Text == "ann's");
        Assert.Equal(await a.DigestAsync(), await b.DigestAsync());
    }

    [Fact]
    public async Task An_edit_survives_a_concurrent_delete_field_by_field()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device(hub, "ann");
        await using TestDevice b = Device(hub, "bob");
        await a.Notes.PutAsync("1", new Note { Text = "base", Score = 1 });
        await a.SyncAsync();
        await b.SyncAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await a.Notes.DeleteAsync("1");
        _time.Advance(TimeSpan.FromSeconds(1));
        await b.Notes.PatchAsync("1", patch => patch.Set(note => note.Text, "kept"));
        await a.SyncAsync();
        await b.SyncAsync();
        await a.SyncAsync();

        Record<Note>? record = await a.Notes.GetAsync("1");
        Assert.Equal("kept", record?.Value.Text);
        Assert.Equal(record?.Value, (await b.Notes.GetAsync("1"))?.Value);
    }

    [Fact]
    public async Task A_form_that_was_open_for_long_changes_only_what_its_editor_changed()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device(hub, "ann");
        await a.Notes.PutAsync("1", new Note { Text = "base", Score = 1 });
        Record<Note>? form = await a.Notes.GetAsync("1");
        _time.Advance(TimeSpan.FromSeconds(1));
        await a.Notes.PatchAsync("1", patch => patch.Set(note => note.Score, 2));
        _time.Advance(TimeSpan.FromSeconds(1));
        await a.Notes.PutAsync("1", form!.Value with { Text = "from the form" }, new WriteOptions { BasedOn = form.Version });

        Assert.Equal(new Note { Text = "from the form", Score = 2 }, (await a.Notes.GetAsync("1"))?.Value);
    }

    [Fact]
    public async Task Queries_find_the_merged_value()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device(hub, "ann");
        await using TestDevice b = Device(hub, "bob");
        await a.Notes.PutAsync("1", new Note { Text = "base", Score = 1 });
        await a.SyncAsync();
        await b.SyncAsync();
        await a.Notes.PatchAsync("1", patch => patch.Set(note => note.Score, 7));
        _time.Advance(TimeSpan.FromSeconds(1));
        await b.Notes.PatchAsync("1", patch => patch.Set(note => note.Text, "new"));
        await a.SyncAsync();
        await b.SyncAsync();

        List<Record<Note>> found = await b.Notes.QueryAsync(query => query.Where(note => note.Score, 7)).ToListAsync();

        Assert.Equal(new Note { Text = "new", Score = 7 }, Assert.Single(found).Value);
    }

    [Fact]
    public async Task A_form_opened_before_the_clock_was_put_right_is_saved_afterwards()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var fast = new FakeTimeProvider(_time.GetUtcNow().AddYears(1));
        await using var a = new TestDevice(hub.Connect(), fast, ConflictStrategy.MergePreservingHistory);
        await using TestDevice b = Device(hub, "bob");
        await a.Notes.PutAsync("1", new Note { Text = "from the future", Score = 1 });
        Record<Note> form = (await a.Notes.GetAsync("1"))!;
        Assert.Equal(1, (await a.SyncAsync()).RestampedCount);

        await a.Notes.PutAsync("1", form.Value with { Text = "edited" }, new() { BasedOn = form.Version });
        await a.SyncAsync();
        await b.SyncAsync();

        Assert.Equal(new Note { Text = "edited", Score = 1 }, (await b.Notes.GetAsync("1"))?.Value);
        Assert.Equal(await a.DigestAsync(), await b.DigestAsync());
    }

    private TestDevice Device(TestHub hub, string name) => new(
        hub.Connect(name),
        _time,
        ConflictStrategy.MergePreservingHistory,
        sync => sync.Configure(options => options.Author = name));
}
