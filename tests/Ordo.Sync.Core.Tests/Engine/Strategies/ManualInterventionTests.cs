using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Journal;

namespace Ordo.Sync.Core.Tests.Engine.Strategies;

public sealed class ManualInterventionTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task A_conflicted_record_refuses_reads_and_writes_until_it_is_resolved()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device(hub);
        await using TestDevice b = Device(hub);
        await ConflictAsync(a, b);

        var read = await Assert.ThrowsAsync<ManualResolutionRequiredException>(async () => await a.Notes.GetAsync("1"));
        Assert.Equal(["a", "b"], read.Siblings.Select(sibling => sibling.ReadAs<Note>()!.Text));
        await Assert.ThrowsAsync<ManualResolutionRequiredException>(
            async () => await a.Notes.PutAsync("1", new Note { Text = "over it" }));
        await Assert.ThrowsAsync<ManualResolutionRequiredException>(async () => await a.Notes.DeleteAsync("1"));
        Record<Note> queried = Assert.Single(await a.Notes.QueryAsync().ToListAsync());
        Assert.Equal(RecordState.Conflicted, queried.State);
        Assert.Throws<ManualResolutionRequiredException>(() => queried.Value);

        Conflict conflict = Assert.Single(await a.Engine.Conflicts.ListAsync().ToListAsync());
        await a.Engine.Conflicts.ResolveAsync(conflict, Resolution.Merge(
            conflict.Siblings[0], ("Score", conflict.Siblings[1])), "Both are partly right.");
        await a.SyncAsync();
        await b.SyncAsync();

        Assert.Equal(new Note { Text = "a", Score = 2 }, (await b.Notes.GetAsync("1"))?.Value);
        Assert.Empty(await b.Engine.Conflicts.ListAsync().ToListAsync());
        await b.Notes.PutAsync("1", new Note { Text = "goes on" });
    }

    [Fact]
    public async Task Other_writes_of_a_group_do_not_suffer_from_one_that_is_refused()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device(hub);
        await using TestDevice b = Device(hub);
        await ConflictAsync(a, b);

        List<Task> writes = [];
        for (int i = 0; i < 50; i++)
        {
            string key = i % 10 == 0 ? "1" : $"k{i}";
            writes.Add(a.Notes.PutAsync(key, new Note { Score = i }).AsTask());
        }

        Task all = Task.WhenAll(writes);
        await Assert.ThrowsAsync<ManualResolutionRequiredException>(() => all);

        Assert.Equal(5, writes.Count(write => write.IsFaulted));
        Assert.Equal(46, (await a.Scope.GetStatusAsync()).RecordCount);
    }

    [Fact]
    public async Task Who_watches_conflicts_is_told_when_they_come_and_go()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device(hub);
        await using TestDevice b = Device(hub);
        await using IAsyncEnumerator<ConflictChange> watch =
            a.Engine.Conflicts.WatchAsync().GetAsyncEnumerator();
        Task<bool> next = watch.MoveNextAsync().AsTask();
        await ConflictAsync(a, b);
        Assert.True(await next);
        Assert.Equal(new ConflictChange(TestDevice.ScopeName, "notes", "1", IsOpen: true), watch.Current);

        next = watch.MoveNextAsync().AsTask();
        Conflict conflict = Assert.Single(await b.Engine.Conflicts.ListAsync().ToListAsync());
        await b.Engine.Conflicts.ResolveAsync(conflict, Resolution.Delete(), "Not ours.");
        await b.SyncAsync();
        await a.SyncAsync();

        Assert.True(await next);
        Assert.False(watch.Current.IsOpen);
        Assert.Null(await a.Notes.GetAsync("1"));
    }

    [Fact]
    public async Task The_outcome_of_a_write_in_conflict_is_known_after_the_fact()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device(hub);
        await using TestDevice b = Device(hub);
        await ConflictAsync(a, b);

        Assert.Equal(
            [WriteOutcome.Conflict],
            (await b.Engine.Outcomes.ListAsync().ToListAsync()).Select(result => result.Outcome));
    }

    [Fact]
    public async Task A_decision_needs_a_reason()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device(hub);
        await using TestDevice b = Device(hub);
        await ConflictAsync(a, b);
        Conflict conflict = Assert.Single(await a.Engine.Conflicts.ListAsync().ToListAsync());

        await Assert.ThrowsAsync<ArgumentException>(
            async () => await a.Engine.Conflicts.ResolveAsync(conflict, Resolution.Delete()));
    }

    private TestDevice Device(TestHub hub) => new(hub.Connect(), _time, ConflictStrategy.ManualIntervention);

    private async Task ConflictAsync(TestDevice a, TestDevice b)
    {
        await a.Notes.PutAsync("1", new Note { Text = "a", Score = 1 });
        _time.Advance(TimeSpan.FromSeconds(1));
        await b.Notes.PutAsync("1", new Note { Text = "b", Score = 2 });
        await a.SyncAsync();
        await b.SyncAsync();
        await a.SyncAsync();
    }
}
