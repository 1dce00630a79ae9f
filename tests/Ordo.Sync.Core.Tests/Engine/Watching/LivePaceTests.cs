using System.Collections.Specialized;
using Ordo.Sync.Engine.Watching;

namespace Ordo.Sync.Core.Tests.Engine.Watching;

/// <summary>How a live collection keeps pace with many changes, and what ends it.</summary>
public sealed class LivePaceTests : LiveScenario
{
    [Fact]
    public async Task A_view_that_is_held_up_sees_each_record_once_in_its_last_state()
    {
        using var ui = new UiThread();
        await using var device = new TestDevice(transport: null, Time);
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
        await using var device = new TestDevice(transport: null, Time);
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
        await UntilAsync(() => live.Count == 21, () => Time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal([NotifyCollectionChangedAction.Add, NotifyCollectionChangedAction.Reset], mirror.Actions);
    }

    [Fact]
    public async Task Beyond_what_may_wait_the_records_are_read_anew()
    {
        using var ui = new UiThread();
        await using var device = new TestDevice(transport: null, Time);
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
        await using var device = new TestDevice(transport: null, Time);
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
        await using var device = new TestDevice(transport: null, Time);
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
}
