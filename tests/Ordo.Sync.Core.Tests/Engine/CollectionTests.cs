using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Queries;
using Ordo.Sync.Engine.Watching;

namespace Ordo.Sync.Core.Tests.Engine;

public sealed class CollectionTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task A_patch_changes_the_fields_it_names_alone()
    {
        await using var device = new TestDevice(transport: null, _time);
        await device.Notes.PutAsync("1", new Note { Text = "stays", Score = 1 });
        await device.Notes.PatchAsync("1", patch => patch.Set(note => note.Score, 2));
        Assert.Equal(new Note { Text = "stays", Score = 2 }, (await device.Notes.GetAsync("1"))?.Value);

        await device.Notes.PatchAsync("1", patch => patch.Remove(note => note.Text));
        Assert.Equal(2, (await device.Notes.GetAsync("1"))?.Value.Score);
    }

    [Fact]
    public async Task A_patch_of_a_record_that_is_not_there_makes_one()
    {
        await using var device = new TestDevice(transport: null, _time);
        await device.Notes.PatchAsync("1", patch => patch.Set(note => note.Score, 7));
        Assert.Equal(7, (await device.Notes.GetAsync("1"))?.Value.Score);
    }

    [Fact]
    public async Task A_query_finds_by_index_in_order_over_several_pages()
    {
        await using var device = new TestDevice(transport: null, _time);
        for (int i = 0; i < 600; i++)
        {
            await device.Notes.PutAsync($"k{i:D4}", new Note { Score = i % 3 });
        }

        await device.Notes.DeleteAsync("k0000");
        Assert.Equal(199, (await ReadAsync(device, q => q.Where(n => n.Score, 0))).Count);
        Assert.Equal(599, (await ReadAsync(device, query: null)).Count);
        Assert.Equal(400, (await ReadAsync(device, q => q.WhereAtLeast(n => n.Score, 1))).Count);
        List<Record<Note>> ordered = await ReadAsync(device, q => q.OrderByDescending(n => n.Score));
        Assert.Equal(ordered.OrderByDescending(r => r.Value.Score).Select(r => r.Value.Score), ordered.Select(r => r.Value.Score));
        Assert.Equal(599, ordered.Select(r => r.Key).Distinct().Count());
        Assert.Equal(5, (await ReadAsync(device, q => q.WhereAtMost(n => n.Score, 1).Take(5))).Count);
    }

    [Fact]
    public async Task A_query_by_a_member_without_index_says_how_to_declare_one()
    {
        await using var device = new TestDevice(transport: null, _time);
        ArgumentException thrown = await Assert.ThrowsAsync<ArgumentException>(
            () => ReadAsync(device, q => q.Where(n => n.Text, "x")));
        Assert.Contains("c.Index(x => x.Text)", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_is_written_whole_or_not_at_all()
    {
        await using var device = new TestDevice(transport: null, _time);
        await device.Notes.PutAsync("old", new Note());
        await device.Engine.WriteAsync(batch => batch
            .Put(device.Notes, "a", new Note { Text = "a" })
            .Patch(device.Notes, "b", patch => patch.Set(note => note.Score, 1))
            .Delete(device.Notes, "old"));
        Assert.Equal(2, (await device.Scope.GetStatusAsync()).RecordCount);

        Assert.Throws<ArgumentException>(() => device.Engine.WriteAsync(batch => batch
            .Put(device.Notes, "c", new Note())
            .Put(device.Engine.Scope("other").Collection<Note>("notes"), "d", new Note())).AsTask().GetAwaiter().GetResult());
        Assert.Null(await device.Notes.GetAsync("c"));
        await Assert.ThrowsAsync<ArgumentException>(async () => await device.Engine.WriteAsync(_ => { }));
    }

    [Fact]
    public async Task A_watcher_sees_local_and_remote_changes_and_deletes()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new TestDevice(hub.Connect(), _time);
        await using var b = new TestDevice(hub.Connect(), _time);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        await using IAsyncEnumerator<RecordChange<Note>> changes = b.Notes.WatchAsync(stop.Token).GetAsyncEnumerator(stop.Token);

        Task<bool> next = changes.MoveNextAsync().AsTask();
        await b.Notes.PutAsync("1", new Note { Text = "local" });
        Assert.True(await next);
        Assert.Equal((ChangeOrigin.Local, "local"), (changes.Current.Origin, changes.Current.Record?.Value.Text));

        await b.SyncAsync();
        await a.SyncAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await a.Notes.PutAsync("1", new Note { Text = "remote" });
        await a.SyncAsync();
        next = changes.MoveNextAsync().AsTask();
        await b.SyncAsync();
        Assert.True(await next);
        Assert.Equal((ChangeOrigin.Remote, "remote"), (changes.Current.Origin, changes.Current.Record?.Value.Text));

        next = changes.MoveNextAsync().AsTask();
        await b.Notes.DeleteAsync("1");
        Assert.True(await next);
        Assert.Null(changes.Current.Record);
    }

    [Fact]
    public async Task A_slow_watcher_misses_intermediate_states_and_never_the_last()
    {
        await using var device = new TestDevice(transport: null, _time);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        await using IAsyncEnumerator<RecordChange<Note>> changes = device.Notes.WatchAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        Task<bool> next = changes.MoveNextAsync().AsTask();
        await device.Notes.PutAsync("first", new Note());
        Assert.True(await next);
        for (int i = 1; i <= 50; i++)
        {
            await device.Notes.PutAsync("1", new Note { Score = i });
        }

        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(50, changes.Current.Record?.Value.Score);
    }

    [Fact]
    public async Task A_scope_subscribed_at_run_time_is_remembered_and_synced()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new TestDevice(hub.Connect(), _time);
        await a.Engine.SubscribeAsync("course/BBB");
        ISyncCollection<Note> notes = a.Engine.Scope("course/BBB").Collection<Note>("notes");
        await notes.PutAsync("1", new Note { Text = "other scope" });
        await a.SyncAsync();

        Assert.Contains("course/BBB", a.Engine.Subscriptions);
        Assert.Equal(1, (await hub.StateAsync("course/BBB")).LiveCount);
        Assert.Equal(0, (await hub.StateAsync(TestDevice.ScopeName)).LiveCount);
    }

    private static async Task<List<Record<Note>>> ReadAsync(TestDevice device, Action<QueryBuilder<Note>>? query)
    {
        var records = new List<Record<Note>>();
        await foreach (Record<Note> record in device.Notes.QueryAsync(query))
        {
            records.Add(record);
        }

        return records;
    }
}
