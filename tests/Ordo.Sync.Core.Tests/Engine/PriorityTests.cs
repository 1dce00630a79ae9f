using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>Which scopes a sync takes first.</summary>
public sealed class PriorityTests
{
    private const string Archive = "archive";
    private const string Today = "today";
    private const string Week = "week";
    private const int Count = 400;

    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task Scopes_of_a_greater_priority_are_received_whole_before_others_begin()
    {
        TestHub hub = await FilledHubAsync();
        var wire = new PullLog(hub.Connect());
        await using TestDevice device = Small(wire, sync => sync.Subscribe(Archive, -1).Subscribe(Week).Subscribe(Today, 10));

        await device.SyncAsync();

        string[] order = [.. wire.Pulls.Where(scope => scope != TestDevice.ScopeName)];
        Assert.True(order.Length > 9, "A scope takes several pages here.");
        Assert.Equal(order.OrderByDescending(PriorityOf), order);
        Assert.Equal(3 * Count, await CountAsync(device, Today, Week, Archive));

        static int PriorityOf(string scope) => scope switch { Today => 10, Week => 0, _ => -1 };
    }

    [Fact]
    public async Task A_scope_subscribed_to_while_another_is_received_has_its_turn_between_two_of_its_pages()
    {
        TestHub hub = await FilledHubAsync();
        var wire = new PullLog(hub.Connect());
        await using TestDevice device = Small(wire, sync => sync.Subscribe(Archive, -1));
        long heldOfArchive = -1;
        wire.Before = async pulls =>
        {
            if (pulls == 2)
            {
                await device.Engine.SubscribeAsync(Today, priority: 10);
            }
            else if (wire.Pulls.Contains(Today) && heldOfArchive < 0)
            {
                heldOfArchive = await CountAsync(device, Archive);
            }
        };

        SyncReport report = await device.SyncAsync();

        string[] order = [.. wire.Pulls];
        int from = Array.IndexOf(order, Today);
        int to = Array.LastIndexOf(order, Today);
        Assert.True(order[from..(to + 1)].All(scope => scope == Today), "Nothing less urgent comes between its pages.");
        Assert.Equal(Archive, order[from - 1]);
        Assert.Equal(Archive, order[^1]);
        Assert.InRange(heldOfArchive, 1, Count - 1);
        Assert.Contains(report.Scopes, scope => scope is { Scope: Today, IsConverged: true });
        Assert.Equal(2 * Count, await CountAsync(device, Today, Archive));
    }

    [Fact]
    public async Task A_scope_that_fails_holds_up_no_less_urgent_one()
    {
        TestHub hub = await FilledHubAsync();
        var wire = new GuardedTransport(hub.Connect()) { Refusal = SyncErrorCode.Forbidden, RefusalScope = Today };
        await using TestDevice device = Small(wire, sync => sync.Subscribe(Archive, -1).Subscribe(Today, 10));

        SyncReport report = await device.Engine.SyncAsync();

        Assert.Equal(SyncStatus.Partial, report.Status);
        Assert.Equal(SyncErrorCode.Forbidden, report.Scopes.Single(scope => scope.Scope == Today).Error?.Code);
        Assert.Equal(Count, await CountAsync(device, Archive));
    }

    [Fact]
    public async Task A_priority_is_remembered_changed_and_what_the_app_configures_counts_at_its_start()
    {
        TestHub hub = await FilledHubAsync();
        var store = new InMemoryRecordStore("device");
        await OrderAsync(store, _ => { }, [Archive, Week], async device =>
        {
            await device.Engine.SubscribeAsync(Week);
            await device.Engine.SubscribeAsync(Archive, priority: 5);
        });
        await OrderAsync(store.Clone(), _ => { }, [Archive, Week], device => device.Engine.SubscribeAsync(Archive).AsTask());
        await OrderAsync(
            store.Clone(), _ => { }, [Week, Archive], device => device.Engine.SubscribeAsync(Archive, priority: -5).AsTask());
        await OrderAsync(store.Clone(), sync => sync.Subscribe(Week, 6), [Week, Archive], _ => Task.CompletedTask);

        async Task OrderAsync(
            InMemoryRecordStore over, Action<OrdoSyncBuilder> configure, string[] expected, Func<TestDevice, Task> act)
        {
            var wire = new PullLog(hub.Connect());
            await using TestDevice device = Small(wire, sync =>
            {
                sync.UseStructuredStore(_ => over);
                configure(sync);
            });
            await act(device);
            await device.SyncAsync();
            Assert.Equal(expected, wire.Pulls.Where(scope => scope != TestDevice.ScopeName).Distinct());
        }
    }

    private static ISyncCollection<Note> NotesOf(TestDevice device, string scope) => device.Engine.Scope(scope).Collection<Note>("notes");

    private static async Task<long> CountAsync(TestDevice device, params string[] scopes)
    {
        long count = 0;
        foreach (string scope in scopes)
        {
            count += (await device.Engine.Scope(scope).GetStatusAsync()).RecordCount;
        }

        return count;
    }

    private TestDevice Small(ISyncTransport wire, Action<OrdoSyncBuilder> configure) => new(wire, _time, configure: sync =>
    {
        configure(sync);
        sync.Configure(options => options.PageBytesMax = 16 * 1024);
    });

    private async Task<TestHub> FilledHubAsync()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var source = new TestDevice(hub.Connect(), _time, configure: sync => sync.Subscribe(Archive, Today, Week));
        foreach (string scope in (string[])[Archive, Today, Week])
        {
            await source.Engine.WriteAsync(batch =>
            {
                for (int i = 0; i < Count; i++)
                {
                    batch.Put(NotesOf(source, scope), $"{i:D4}", new Note { Text = new string('x', 100) });
                }
            });
        }

        await source.SyncAsync();
        return hub;
    }
}
