using System.Collections;
using System.Collections.Specialized;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Watching;

namespace Ordo.Sync.Core.Tests.Engine.Watching;

/// <summary>What a live collection holds, and where it stands.</summary>
public sealed class LiveCollectionTests : LiveScenario
{
    [Fact]
    public async Task It_holds_what_is_stored_by_key_and_follows_what_is_written()
    {
        await using var device = new TestDevice(transport: null, Time);
        await device.Notes.PutAsync("b", new Note { Text = "second" });
        await device.Notes.PutAsync("a", new Note { Text = "first" });
        using LiveCollection<Note> live = device.Notes.Live(AtOnce);
        await live.Loaded.WaitAsync(Patience);
        Assert.Equal(["a", "b"], live.Select(record => record.Key));

        var mirror = new Mirror(live);
        await device.Notes.PutAsync("c", new Note { Text = "third" });
        await UntilAsync(() => live.Count == 3);
        await device.Notes.PutAsync("b", new Note { Text = "changed" });
        await UntilAsync(() => live.Find("b")!.Value.Text == "changed");
        await device.Notes.DeleteAsync("a");
        await UntilAsync(() => live.Count == 2);

        Assert.Equal(
            [NotifyCollectionChangedAction.Add, NotifyCollectionChangedAction.Replace, NotifyCollectionChangedAction.Remove],
            mirror.Actions);
        Assert.Equal(live, mirror.Records);
        Assert.Contains("Count", mirror.Properties);
        Assert.Contains("Item[]", mirror.Properties);
    }

    [Fact]
    public async Task It_follows_what_a_sync_brings()
    {
        TestHub hub = await TestHub.StartAsync(Time);
        await using var writer = new TestDevice(hub.Connect(), Time);
        await using var reader = new TestDevice(hub.Connect(), Time);
        using LiveCollection<Note> live = reader.Notes.Live(AtOnce);
        await live.Loaded.WaitAsync(Patience);
        await writer.Notes.PutAsync("1", new Note { Text = "from elsewhere" });
        await writer.SyncAsync();
        await reader.SyncAsync();

        await UntilAsync(() => live.Count == 1);
        Assert.Equal("from elsewhere", live[0].Value.Text);
    }

    [Fact]
    public async Task A_query_and_a_filter_decide_what_it_holds_and_an_order_where()
    {
        await using var device = new TestDevice(transport: null, Time);
        for (int score = 0; score < 10; score++)
        {
            await device.Notes.PutAsync($"{score}", new Note { Score = score, Text = score % 2 == 0 ? "even" : "odd" });
        }

        using LiveCollection<Note> byIndex = device.Notes.Live(live =>
        {
            AtOnce(live);
            live.Query = query => query.WhereAtLeast(note => note.Score, 5).OrderByDescending(note => note.Score);
        });
        using LiveCollection<Note> byValue = device.Notes.Live(live =>
        {
            AtOnce(live);
            live.Filter = note => note.Text == "even";
            live.Order = (left, right) => right.Score.CompareTo(left.Score);
        });
        await Task.WhenAll(byIndex.Loaded, byValue.Loaded).WaitAsync(Patience);
        Assert.Equal(["9", "8", "7", "6", "5"], byIndex.Select(record => record.Key));
        Assert.Equal(["8", "6", "4", "2", "0"], byValue.Select(record => record.Key));

        await device.Notes.PatchAsync("9", patch => patch.Set(note => note.Score, 1));
        await device.Notes.PatchAsync("0", patch => patch.Set(note => note.Score, 7));
        await device.Notes.PatchAsync("4", patch => patch.Set(note => note.Text, "odd"));
        await UntilAsync(() => byIndex.Find("0") is not null && byValue.Find("4") is null);

        Assert.Equal(["8", "7", "0", "6", "5"], byIndex.Select(record => record.Key));
        Assert.Equal(["8", "0", "6", "2"], byValue.Select(record => record.Key));
    }

    [Fact]
    public async Task It_changes_on_the_context_of_who_made_it_and_nowhere_else()
    {
        using var ui = new UiThread();
        await using var device = new TestDevice(transport: null, Time);
        await device.Notes.PutAsync("1", new Note());
        bool isAlwaysThere = true;
        LiveCollection<Note> live = await ui.InvokeAsync(() => device.Notes.Live(live => live.Pause = TimeSpan.Zero));
        live.CollectionChanged += (_, _) => isAlwaysThere &= ui.IsCurrent;
        live.PropertyChanged += (_, _) => isAlwaysThere &= ui.IsCurrent;
        await live.Loaded.WaitAsync(Patience);
        await device.Notes.PutAsync("2", new Note());
        await UntilAsync(() => live.Count == 2);
        await ui.InvokeAsync(() =>
        {
            live.Dispose();
            return true;
        });

        Assert.True(isAlwaysThere);
        Assert.Empty(ui.Failures);
    }

    [Fact]
    public async Task A_conflicted_record_that_refuses_to_be_read_is_shown_last()
    {
        TestHub hub = await TestHub.StartAsync(Time);
        await using var one = new TestDevice(hub.Connect(), Time, ConflictStrategy.ManualIntervention);
        await using var other = new TestDevice(hub.Connect(), Time, ConflictStrategy.ManualIntervention);
        await one.Notes.PutAsync("a", new Note { Text = "mine" });
        await other.Notes.PutAsync("a", new Note { Text = "yours" });
        await other.Notes.PutAsync("b", new Note { Text = "undisputed" });
        await one.SyncAsync();
        using LiveCollection<Note> live = other.Notes.Live(live =>
        {
            AtOnce(live);
            live.Filter = note => note.Text.Length > 0;
            live.Order = (left, right) => string.CompareOrdinal(left.Text, right.Text);
        });
        await live.Loaded.WaitAsync(Patience);
        await other.SyncAsync();
        await UntilAsync(() => live.Any(record => !record.IsReadable));

        Assert.Equal(["b", "a"], live.Select(record => record.Key));
        Assert.Throws<ManualResolutionRequiredException>(() => live[1].Value);
    }

    [Fact]
    public async Task A_scope_that_the_device_leaves_empties_it()
    {
        TestHub hub = await TestHub.StartAsync(Time);
        await using var device = new TestDevice(hub.Connect(), Time);
        await device.Notes.PutAsync("1", new Note());
        await device.SyncAsync();
        using LiveCollection<Note> live = device.Notes.Live(AtOnce);
        await live.Loaded.WaitAsync(Patience);
        Assert.Single(live);

        await device.Engine.UnsubscribeAsync(TestDevice.ScopeName);
        await UntilAsync(() => live.Count == 0);
    }

    [Fact]
    public async Task A_list_control_may_read_it_by_index_but_not_write()
    {
        await using var device = new TestDevice(transport: null, Time);
        await device.Notes.PutAsync("1", new Note());
        using LiveCollection<Note> live = device.Notes.Live(AtOnce);
        await live.Loaded.WaitAsync(Patience);
        IList list = live;

        Assert.Same(live[0], list[0]);
        Assert.Equal(0, list.IndexOf(live[0]));
        Assert.Equal(-1, list.IndexOf("1"));
        Assert.True(list.IsReadOnly);
        Assert.Throws<NotSupportedException>(() => list.Add(live[0]));
        Assert.Throws<NotSupportedException>(list.Clear);
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_refused()
    {
        await using var device = new TestDevice(transport: null, Time);

        Assert.Throws<ArgumentOutOfRangeException>(() => device.Notes.Live(live => live.ResetFrom = 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Notes.Live(live => live.BacklogMax = 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Notes.Live(live => live.Pause = TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentException>(() => device.Notes.Live(live => live.Query = query => query.Take(3)));
        Assert.Throws<ArgumentException>(
            () => device.Notes.Live(live => live.Query = query => query.Where(note => note.Text, "no index")));
    }
}
