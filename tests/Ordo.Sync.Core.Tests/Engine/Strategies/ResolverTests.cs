using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Resolvers;

namespace Ordo.Sync.Core.Tests.Engine.Strategies;

public sealed class ResolverTests
{
    // A resolver's thread is waited for by the system's clock, so that even one that answers at once comes late on a busy machine.
    private const int AmpleMs = 60_000;

    // For one that never answers.
    private const int ShortMs = 200;

    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task A_resolver_decides_what_every_replica_shows_and_nothing_is_written()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device<HighestScore>(hub);
        await using TestDevice b = Device<HighestScore>(hub);
        await ConflictAsync(a, b);

        Assert.Equal(9, (await Highest(a).GetAsync("1"))?.Value.Score);
        Assert.Equal(9, (await Highest(b).GetAsync("1"))?.Value.Score);
        Assert.Equal(RecordState.Current, (await Highest(b).GetAsync("1"))?.State);
        Assert.Single(await Highest(a).QueryAsync(query => query.Where(note => note.Score, 9)).ToListAsync());
        Assert.Equal(0, (await a.Engine.GetJournalStatusAsync()).PendingCount);
        Assert.Empty(await a.Engine.Conflicts.ListAsync().ToListAsync());

        await Highest(b).PatchAsync("1", patch => patch.Set(note => note.Text, "settled"));
        await b.SyncAsync();
        await a.SyncAsync();
        Assert.Equal(new Note { Text = "settled", Score = 9 }, (await Highest(a).GetAsync("1"))?.Value);
        Assert.Equal(await a.DigestAsync(), await b.DigestAsync());
    }

    [Theory]
    [InlineData(AmpleMs)]
    [InlineData(Timeout.Infinite)]
    public async Task A_resolver_that_throws_leaves_the_record_in_the_inbox_and_others_go_on(int limitMs)
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device<Throwing>(hub, limitMs);
        await using TestDevice b = Device<Throwing>(hub, limitMs);
        await ConflictAsync(a, b);
        await Highest(b).PutAsync("2", new Note { Text = "fine" });
        await b.SyncAsync();
        await a.SyncAsync();

        Conflict conflict = Assert.Single(await a.Engine.Conflicts.ListAsync().ToListAsync());
        Assert.Equal(ConflictKind.ResolverFailed, conflict.Kind);
        Assert.Contains("No idea.", conflict.Failure, StringComparison.Ordinal);
        Assert.Equal(RecordState.Conflicted, (await Highest(a).GetAsync("1"))?.State);
        Assert.Equal("fine", (await Highest(a).GetAsync("2"))?.Value.Text);

        await a.Engine.Conflicts.ResolveAsync(conflict, Resolution.Keep(conflict.Siblings[0]));
        Assert.Empty(await a.Engine.Conflicts.ListAsync().ToListAsync());
        Assert.Equal("a", (await Highest(a).GetAsync("1"))?.Value.Text);
    }

    [Fact]
    public async Task A_resolver_that_hangs_stops_nobody()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device<Hanging>(hub, ShortMs);
        await using TestDevice b = Device<Hanging>(hub, ShortMs);
        await ConflictAsync(a, b);

        Conflict conflict = Assert.Single(await a.Engine.Conflicts.ListAsync().ToListAsync());
        Assert.Equal(ConflictKind.ResolverFailed, conflict.Kind);
        Assert.Equal("b", (await Highest(a).GetAsync("1"))?.Value.Text);
        Assert.Equal(await a.DigestAsync(), await b.DigestAsync());
    }

    [Fact]
    public async Task A_record_that_the_resolver_had_no_time_for_is_shown_to_it_again()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device<Slow>(hub);
        await using TestDevice b = Device<Slow>(hub);
        foreach (TestDevice device in (TestDevice[])[a, b])
        {
            for (int i = 1; i <= 3; i++)
            {
                await Highest(device).PutAsync($"{i}", new Note { Score = device == a ? 9 : 2 });
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await a.SyncAsync();
        await b.SyncAsync();
        await a.SyncAsync();

        // Two records in turn take all the time that resolvers are given; the third waits.
        for (int i = 0; i < 10; i++)
        {
            await Highest(a).GetAsync($"{1 + (i % 2)}");
        }

        Assert.Equal(RecordState.Conflicted, (await Highest(a).GetAsync("3"))?.State);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(RecordState.Current, (await Highest(a).GetAsync("3"))?.State);
        Assert.Equal(9, (await Highest(a).GetAsync("3"))?.Value.Score);
    }

    [Fact]
    public async Task Without_a_limit_a_resolver_has_all_the_time_that_it_takes()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device<Slow>(hub, Timeout.Infinite);
        await using TestDevice b = Device<Slow>(hub, Timeout.Infinite);
        await ConflictAsync(a, b);

        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(RecordState.Current, (await Highest(a).GetAsync("1"))?.State);
        }
    }

    [Fact]
    public async Task A_resolver_may_delete()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device<Deleting>(hub);
        await using TestDevice b = Device<Deleting>(hub);
        await ConflictAsync(a, b);

        Assert.Null(await Highest(a).GetAsync("1"));
        Assert.Empty(await Highest(b).QueryAsync().ToListAsync());
    }

    private TestDevice Device<TResolver>(TestHub hub, int limitMs = AmpleMs)
        where TResolver : class, IConflictResolver => new(
            hub.Connect(),
            _time,
            configure: sync => sync
                .Collection<Note>("highest", c => c.Resolve<TResolver>().Index(note => note.Score))
                .Configure(options => options.ResolverTimeLimit = TimeSpan.FromMilliseconds(limitMs)));

    private static ISyncCollection<Note> Highest(TestDevice device) => device.Scope.Collection<Note>("highest");

    private async Task ConflictAsync(TestDevice a, TestDevice b)
    {
        await Highest(a).PutAsync("1", new Note { Text = "a", Score = 9 });
        _time.Advance(TimeSpan.FromSeconds(1));
        await Highest(b).PutAsync("1", new Note { Text = "b", Score = 2 });
        await a.SyncAsync();
        await b.SyncAsync();
        await a.SyncAsync();
    }

    private sealed class HighestScore : IConflictResolver
    {
        public ResolverResult Resolve(ResolverContext context) =>
            context.Keep(context.Siblings.MaxBy(sibling => sibling.ReadAs<Note>()!.Score)!);
    }

    private sealed class Throwing : IConflictResolver
    {
        public ResolverResult Resolve(ResolverContext context) => throw new NotSupportedException("No idea.");
    }

    private sealed class Hanging : IConflictResolver
    {
        public ResolverResult Resolve(ResolverContext context)
        {
            Thread.Sleep(Timeout.Infinite);
            return context.Delete();
        }
    }

    // Takes less than the limit each time, and more altogether than there is.
    private sealed class Slow(TimeProvider time) : IConflictResolver
    {
        public ResolverResult Resolve(ResolverContext context)
        {
            ((FakeTimeProvider)time).Advance(TimeSpan.FromMilliseconds(AmpleMs * 0.95));
            return context.Keep(context.Siblings.MaxBy(sibling => sibling.ReadAs<Note>()!.Score)!);
        }
    }

    private sealed class Deleting : IConflictResolver
    {
        public ResolverResult Resolve(ResolverContext context) => context.Delete();
    }
}
