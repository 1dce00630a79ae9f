using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Engine.Journal;

/// <summary>The journal through the engine: what waits, since when, and that an acknowledgement takes away just what it covers.</summary>
public sealed class JournalTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task Status_tells_how_much_waits_and_since_when()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var device = new TestDevice(hub.Connect(), _time);
        Assert.Equal(new JournalStatus(0, 0, Oldest: null), await device.Engine.GetJournalStatusAsync());

        DateTimeOffset first = _time.GetUtcNow();
        await device.Notes.PutAsync("1", new Note { Text = "first" });
        JournalStatus one = await device.Engine.GetJournalStatusAsync();
        _time.Advance(TimeSpan.FromHours(3));
        await device.Notes.PutAsync("2", new Note { Text = "second" });
        await device.Notes.DeleteAsync("1");
        JournalStatus three = await device.Engine.GetJournalStatusAsync();
        Assert.Equal((1, 3), (one.PendingCount, three.PendingCount));
        Assert.InRange(one.PendingBytes, 1, three.PendingBytes - 1);
        Assert.Equal(first, three.Oldest?.Time);
        Assert.Equal(one.Oldest, three.Oldest);

        await device.SyncAsync();
        Assert.Equal(new JournalStatus(0, 0, Oldest: null), await device.Engine.GetJournalStatusAsync());
    }

    [Fact]
    public async Task Edits_made_during_a_push_are_neither_mixed_into_it_nor_lost()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var wire = new InterruptingTransport(hub.Connect());
        await using var device = new TestDevice(wire, _time);
        await device.Notes.PutAsync("edited", new Note { Text = "before" });
        await device.Notes.PutAsync("kept", new Note { Text = "before" });
        JournalStatus? pendingAfterPush = null;
        string? textAtHub = null;
        wire.InterruptOnce(
            async () =>
            {
                _time.Advance(TimeSpan.FromMinutes(1));
                await device.Notes.PutAsync("edited", new Note { Text = "during" });
                await device.Notes.PutAsync("added", new Note { Text = "during" });
            },
            async () =>
            {
                // The hub has what the push was built of, and nothing of what came since.
                Assert.Equal(2, (await hub.StateAsync(TestDevice.ScopeName)).LiveCount);
                textAtHub = await TextAtHubAsync(hub, "edited");
                pendingAfterPush = await device.Engine.GetJournalStatusAsync();
            });
        await device.SyncAsync();
        Assert.Equal("before", textAtHub);
        Assert.Equal(4, pendingAfterPush?.PendingCount);

        await device.SyncAsync();
        Assert.Equal("during", await TextAtHubAsync(hub, "edited"));
        Assert.Equal("during", await TextAtHubAsync(hub, "added"));
        Assert.Equal("during", (await device.Notes.GetAsync("edited"))?.Value.Text);
        Assert.Equal(await device.DigestAsync(), (await hub.StateAsync(TestDevice.ScopeName)).Digest);
        Assert.Equal(0, (await device.Engine.GetJournalStatusAsync()).PendingCount);
    }

    [Fact]
    public async Task The_journal_is_pruned_in_the_transaction_that_records_the_acknowledgement()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var wire = new InterruptingTransport(hub.Connect());
        var store = new GatedStore();
        await using var device = new TestDevice(wire, _time, configure: sync => sync.UseStructuredStore(_ => store));
        await device.Engine.OpenAsync();
        var seen = new HashSet<(long Acknowledged, long Pending)>();
        store.Committed = async () => seen.Add(await ReadAsync(store, hub.Store.Replica));
        for (int i = 0; i < 5; i++)
        {
            await device.Notes.PutAsync($"{i}", new Note { Score = i });
        }

        wire.InterruptOnce(
            () => device.Notes.PutAsync("6", new Note()).AsTask(), () => device.Notes.PutAsync("7", new Note()).AsTask());
        await device.SyncAsync();
        await device.SyncAsync();

        // Whatever a commit recorded as known to the hub was out of the journal in that very commit, and nothing else was.
        long written = 0;
        foreach ((long acknowledged, long pending) in seen.OrderBy(state => state.Acknowledged + state.Pending))
        {
            written = Math.Max(written, acknowledged + pending);
            Assert.InRange(acknowledged + pending, 1, 7);
        }

        Assert.Equal(7, written);
        Assert.Contains((0, 5), seen);
        Assert.Contains((5, 2), seen);
        Assert.Contains((7, 0), seen);
        Assert.DoesNotContain(seen, state => state.Acknowledged is > 0 and < 5);
    }

    [Fact]
    public async Task A_push_whose_answer_is_lost_leaves_the_journal_as_it_is()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var wire = new FailingTransport(hub.Connect());
        await using var device = new TestDevice(wire, _time);
        await device.SyncAsync();
        await device.Notes.PutAsync("1", new Note());
        wire.LosesAnswers = true;
        wire.Error = new(Ordo.Sync.Errors.SyncErrorCode.Unreachable, "Cut off.");
        await device.Engine.SyncAsync();
        Assert.Equal(1, (await device.Engine.GetJournalStatusAsync()).PendingCount);

        wire.Error = null;
        await device.SyncAsync();
        Assert.Equal(0, (await device.Engine.GetJournalStatusAsync()).PendingCount);
        Assert.Equal(1, (await hub.StateAsync(TestDevice.ScopeName)).LiveCount);
    }

    // The counter that the hub is recorded to know, and the entries of the journal, in one snapshot. All entries are beyond it.
    private static async Task<(long Acknowledged, long Pending)> ReadAsync(GatedStore store, ReplicaId hub)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        GlobalVector? peer = await new SessionLedger(hub)
            .ReadPeerAsync(snapshot, TestDevice.ScopeName, CancellationToken.None);
        long acknowledged = peer is null ? 0 : peer[store.Replica];
        IReadOnlyList<JournalEntry> entries = await snapshot.ReadJournalAsync(afterSequence: 0, countMax: 100);
        Assert.All(entries, entry => Assert.True(entry.Dot.Counter > acknowledged));
        return (acknowledged, entries.Count);
    }

    private static async Task<string?> TextAtHubAsync(TestHub hub, string key)
    {
        StoredRecord? record = await hub.Store.GetAsync(TestDevice.ScopeName, new RecordKey("notes", key));
        return record is null
            ? null
            : new Ordo.Sync.Engine.Payloads.MessagePackPayloadSerializer().Deserialize<Note>(record.Visible)?.Text;
    }
}
