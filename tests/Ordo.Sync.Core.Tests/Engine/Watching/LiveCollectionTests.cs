using System.Collections;
using System.Collections.Specialized;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Watching;

namespace Ordo.Sync.Core.Tests.Engine.Watching;

public sealed class LiveCollectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task It_holds_what_is_stored_by_key_and_follows_what_is_written()
    {
        await using var device = new TestDevice(transport: null, _time);
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
        TestHub hub = await TestHub.StartAsync(_time);
        await using var writer = new TestDevice(hub.Connect(), _time);
        await using var reader = new TestDevice(hub.Connect(), _time);
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
        await using var device = new TestDevice(transport: null, _time);
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
        await using var device = new TestDevice(transport: null, _time);
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
    public async Task A_view_that_is_held_up_sees_each_record_once_in_its_last_state()
    {
        using var ui = new UiThread();
        await using var device = new TestDevice(transport: null, _time);
        await device.Notes.PutAsync("1", new Note());
        using LiveCollection<Note> live = await ui.InvokeAsync(() => device.Notes.Live(live => live.Pause = TimeSpan.Zero));
        await live.Loaded.WaitAsync(Patience);
        Mirror mirror = await ui.InvokeAsync(() => new Mirror(live));
        using (ManualResetEventSlim heldUp = ui.HoldUp())
        {
            for (int score = 1; score <= 50; score++)
            {
                await device.Notes.PutAsync("1", new Note { Score = score });
            }

            heldUp.Set();
            await UntilAsync(() => live[0].Value.Score == 50);
        }

        // One round may have been on its way when the view was held up.
        int count = await ui.InvokeAsync(() => mirror.Actions.Count);
        Assert.InRange(count, 1, 2);
    }

    [Fact]
    public async Task Many_changes_at_once_are_one_reset()
    {
        await using var device = new TestDevice(transport: null, _time);
        using LiveCollection<Note> live = device.Notes.Live(live =>
        {
            live.Pause = TimeSpan.FromSeconds(1);
            live.ResetFrom = 20;
        });
        await live.Loaded.WaitAsync(Patience);
        var mirror = new Mirror(live);
        await device.Notes.PutAsync("first", new Note());
        await UntilAsync(() => live.Count == 1);

        // The pause lasts: its clock stands still.
        for (int i = 0; i < 20; i++)
        {
            await device.Notes.PutAsync($"{i}", new Note());
        }

        Assert.Single(live);
        await UntilAsync(() => live.Count == 21, () => _time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal([NotifyCollectionChangedAction.Add, NotifyCollectionChangedAction.Reset], mirror.Actions);
    }

    [Fact]
    public async Task Beyond_what_may_wait_the_records_are_read_anew()
    {
        using var ui = new UiThread();
        await using var device = new TestDevice(transport: null, _time);
        await device.Notes.PutAsync("gone", new Note());
        using LiveCollection<Note> live = await ui.InvokeAsync(() => device.Notes.Live(live =>
        {
            live.Pause = TimeSpan.Zero;
            live.BacklogMax = 10;
        }));
        await live.Loaded.WaitAsync(Patience);
        using (ManualResetEventSlim heldUp = ui.HoldUp())
        {
            await device.Notes.DeleteAsync("gone");
            for (int i = 0; i < 100; i++)
            {
                await device.Notes.PutAsync($"{i:d3}", new Note { Score = i });
            }

            Assert.True(device.Engine.Health.Report().WatchBacklogCount <= 10);
            heldUp.Set();
            await UntilAsync(() => live.Count == 100 && live.Find("gone") is null);
        }

        Assert.Equal(Enumerable.Range(0, 100), live.Select(record => record.Value.Score));
    }

    [Fact]
    public async Task After_its_disposal_on_its_context_nothing_is_raised()
    {
        using var ui = new UiThread();
        await using var device = new TestDevice(transport: null, _time);
        await device.Notes.PutAsync("1", new Note());
        LiveCollection<Note> live = await ui.InvokeAsync(() => device.Notes.Live(live => live.Pause = TimeSpan.Zero));
        await live.Loaded.WaitAsync(Patience);
        Mirror mirror = await ui.InvokeAsync(() => new Mirror(live));
        await ui.InvokeAsync(() =>
        {
            // A round may be on its way already.
            device.Notes.PutAsync("2", new Note()).AsTask().Wait(Patience);
            live.Dispose();
            live.Dispose();
            return true;
        });
        await device.Notes.PutAsync("3", new Note());
        await ui.InvokeAsync(() => true);

        Assert.Empty(mirror.Actions);
        Assert.Equal("1", Assert.Single(live).Key);
        await UntilAsync(() => device.Engine.Health.Report().WatchBacklogCount == 0);
    }

    [Fact]
    public async Task A_filter_that_throws_ends_it_and_says_so()
    {
        await using var device = new TestDevice(transport: null, _time);
        using LiveCollection<Note> live = device.Notes.Live(live =>
        {
            AtOnce(live);
            live.Filter = note => note.Score >= 0 ? true : throw new InvalidOperationException("No such score.");
        });
        await live.Loaded.WaitAsync(Patience);
        await device.Notes.PutAsync("1", new Note { Score = 1 });
        await UntilAsync(() => live.Count == 1);
        await device.Notes.PutAsync("2", new Note { Score = -1 });

        await UntilAsync(() => live.Failure is not null);
        Assert.Equal("No such score.", live.Failure!.Message);
        Assert.Single(live);
    }

    [Fact]
    public async Task A_conflicted_record_that_refuses_to_be_read_is_shown_last()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var one = new TestDevice(hub.Connect(), _time, ConflictStrategy.ManualIntervention);
        await using var other = new TestDevice(hub.Connect(), _time, ConflictStrategy.ManualIntervention);
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
        TestHub hub = await TestHub.StartAsync(_time);
        await using var device = new TestDevice(hub.Connect(), _time);
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
        await using var device = new TestDevice(transport: null, _time);
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
        await using var device = new TestDevice(transport: null, _time);

        Assert.Throws<ArgumentOutOfRangeException>(() => device.Notes.Live(live => live.ResetFrom = 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Notes.Live(live => live.BacklogMax = 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Notes.Live(live => live.Pause = TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentException>(() => device.Notes.Live(live => live.Query = query => query.Take(3)));
        Assert.Throws<ArgumentException>(
            () => device.Notes.Live(live => live.Query = query => query.Where(note => note.Text, "no index")));
    }

    private static void AtOnce(LiveOptions<Note> live) => live.Pause = TimeSpan.Zero;

    private static async Task UntilAsync(Func<bool> holds, Action? meanwhile = null)
    {
        using var giveUp = new CancellationTokenSource(Patience);
        while (!holds())
        {
            meanwhile?.Invoke();
            await Task.Delay(5, giveUp.Token);
        }
    }
}
