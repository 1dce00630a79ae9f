using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

public sealed class EphemeralLaneTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task Ephemeral_and_structured_collections_sync_wherever_devices_store_them(bool aSplits, bool bSplits)
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using ServiceProvider a = Device(hub.Connect(), aSplits ? new InMemoryRecordStore("a2") : null);
        await using ServiceProvider b = Device(hub.Connect(), bSplits ? new InMemoryRecordStore("b2") : null);
        await Grades(a).PutAsync("g", new Note { Text = "grade" });
        var receipt = await Posts(a).PutAsync("p", new Note { Text = "post" });

        SyncReport pushed = await SyncAsync(a);
        SyncReport pulled = await SyncAsync(b);

        Assert.Equal((2, 2), (pushed.PushedCount, pulled.PulledCount));
        Assert.Equal([false, true], pushed.Scopes.Select(scope => scope.IsEphemeral));
        Assert.Equal("grade", (await Grades(b).GetAsync("g"))?.Value.Text);
        Assert.Equal("post", (await Posts(b).GetAsync("p"))?.Value.Text);
        Assert.Equal(WriteOutcome.Accepted, await receipt.Synced());
        Assert.Equal(WriteOutcome.Accepted, (await Engine(a).Outcomes.FindAsync(TestDevice.ScopeName, receipt.Version))?.Outcome);
        ScopeStatus there = await Engine(b).Scope(TestDevice.ScopeName).GetStatusAsync();
        Assert.Equal(await Engine(a).Scope(TestDevice.ScopeName).GetStatusAsync(), there);
        Assert.Equal(2, there.RecordCount);
        Assert.Equal(0, (await Engine(a).GetJournalStatusAsync()).PendingCount);
    }

    [Fact]
    public async Task A_batch_that_spans_both_stores_is_refused_and_says_why()
    {
        await using ServiceProvider device = Device(transport: null, new InMemoryRecordStore("e"));

        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(async () => await Engine(device).WriteAsync(
            batch => batch.Put(Grades(device), "g", new Note()).Put(Posts(device), "p", new Note())));

        Assert.Contains("InEphemeralStore", refused.Message, StringComparison.Ordinal);
        await Engine(device).WriteAsync(batch => batch.Put(Posts(device), "1", new Note()).Put(Posts(device), "2", new Note()));
        Assert.Equal(2, (await Engine(device).Scope(TestDevice.ScopeName).GetStatusAsync()).RecordCount);
    }

    [Fact]
    public async Task What_stands_in_the_structured_store_moves_when_an_ephemeral_store_is_added_and_nothing_is_lost()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var structured = new InMemoryRecordStore("main");
        await using (ServiceProvider before = Device(hub.Connect(), ephemeral: null, structured))
        {
            await Posts(before).PutAsync("synced", new Note { Text = "synced" });
            await SyncAsync(before);
            await Posts(before).PutAsync("unsynced", new Note { Text = "unsynced" });
            await Grades(before).PutAsync("g", new Note { Text = "stays" });
        }

        var ephemeral = new InMemoryRecordStore("ephemeral");
        await using ServiceProvider after = Device(hub.Connect(), ephemeral, structured.Clone());
        await using ServiceProvider other = Device(hub.Connect(), ephemeral: null);
        Assert.Equal("unsynced", (await Posts(after).GetAsync("unsynced"))?.Value.Text);
        Assert.Equal(2, (await Engine(after).GetJournalStatusAsync()).PendingCount);
        await Posts(after).PutAsync("synced", new Note { Text = "changed after the move" });
        await SyncAsync(after);
        await SyncAsync(other);

        Assert.Equal(0, (await Engine(after).GetJournalStatusAsync()).PendingCount);
        Assert.Equal("unsynced", (await Posts(other).GetAsync("unsynced"))?.Value.Text);
        Assert.Equal("changed after the move", (await Posts(other).GetAsync("synced"))?.Value.Text);
        Assert.Equal("stays", (await Grades(other).GetAsync("g"))?.Value.Text);
        Assert.Equal(
            await Engine(after).Scope(TestDevice.ScopeName).GetStatusAsync(),
            await Engine(other).Scope(TestDevice.ScopeName).GetStatusAsync());
    }

    [Fact]
    public async Task Devices_that_disagree_about_the_kind_of_store_are_told_so()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using ServiceProvider a = Device(hub.Connect(), ephemeral: null);
        await SyncAsync(a);
        await using var b = new TestDevice(hub.Connect(), _time, configure: sync => sync.Collection<Note>("posts"));
        await b.Notes.PutAsync("1", new Note());

        SyncReport report = await b.Engine.SyncAsync();

        Assert.Equal(SyncErrorCode.StrategyMismatch, report.Error?.Code);
        Assert.Contains("ephemeral", report.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conflicts_of_both_stores_stand_in_one_inbox()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using ServiceProvider a = Device(hub.Connect(), new InMemoryRecordStore("a2"), postStrategy: ConflictStrategy.ManualIntervention);
        await using ServiceProvider b = Device(hub.Connect(), ephemeral: null, postStrategy: ConflictStrategy.ManualIntervention);
        foreach (ServiceProvider device in new[] { a, b })
        {
            await Grades(device).PutAsync("g", new Note { Score = device == a ? 1 : 2 });
            await Posts(device).PutAsync("p", new Note { Score = device == a ? 1 : 2 });
            await SyncAsync(device);
        }

        await SyncAsync(a);

        List<Conflict> conflicts = await Engine(a).Conflicts.ListAsync().ToListAsync();
        Assert.Equal(["grades", "posts"], conflicts.Select(conflict => conflict.Collection));
        Assert.All(conflicts, conflict => Assert.Equal(TestDevice.ScopeName, conflict.Scope));
        await Engine(a).Conflicts.ResolveAsync(conflicts[1], Resolution.Keep(conflicts[1].Siblings[0]), "first come");
        await SyncAsync(a);
        await SyncAsync(b);
        Assert.Equal(1, (await Posts(b).GetAsync("p"))?.Value.Score);
        Assert.Equal("grades", Assert.Single(await Engine(b).Conflicts.ListAsync().ToListAsync()).Collection);
    }

    [Fact]
    public async Task The_name_of_a_lane_is_no_name_for_a_scope()
    {
        await using ServiceProvider device = Device(transport: null, ephemeral: null);

        await Assert.ThrowsAsync<ArgumentException>(
            async () => await Engine(device).SubscribeAsync("course" + ScopeLane.EphemeralSuffix));
    }

    private ServiceProvider Device(
        ISyncTransport? transport,
        InMemoryRecordStore? ephemeral,
        InMemoryRecordStore? structured = null,
        ConflictStrategy postStrategy = ConflictStrategy.LastWriteWins)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddOrdoSync(sync =>
        {
            ((IRecordStoreBuilder)sync).UseStructuredStore(_ => structured ?? new InMemoryRecordStore());
            if (ephemeral is not null)
            {
                sync.UseEphemeralStore(_ => ephemeral);
            }

            if (transport is not null)
            {
                sync.UseTransport(_ => transport);
            }

            sync.Collection<Note>("grades", c => c.Strategy(ConflictStrategy.AcademicRecord));
            sync.Collection<Note>("posts", c => c.Strategy(postStrategy).InEphemeralStore());
            sync.Subscribe(TestDevice.ScopeName);
        });
        return services.BuildServiceProvider();
    }

    private static ISyncEngine Engine(ServiceProvider device) => device.GetRequiredService<ISyncEngine>();

    private static ISyncCollection<Note> Grades(ServiceProvider device) =>
        Engine(device).Scope(TestDevice.ScopeName).Collection<Note>("grades");

    private static ISyncCollection<Note> Posts(ServiceProvider device) =>
        Engine(device).Scope(TestDevice.ScopeName).Collection<Note>("posts");

    private static async Task<SyncReport> SyncAsync(ServiceProvider device) =>
        (await Engine(device).SyncAsync()).ThrowIfFailed();
}
