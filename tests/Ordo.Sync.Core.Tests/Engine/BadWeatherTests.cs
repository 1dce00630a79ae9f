using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Errors;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Engine;

public sealed class BadWeatherTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Theory]
    [InlineData(SyncErrorCode.Unreachable, SyncStatus.Offline, false)]
    [InlineData(SyncErrorCode.Unreachable, SyncStatus.Offline, true)]
    [InlineData(SyncErrorCode.Timeout, SyncStatus.Offline, true)]
    [InlineData(SyncErrorCode.Unauthorized, SyncStatus.Unauthorized, false)]
    [InlineData(SyncErrorCode.Forbidden, SyncStatus.Failed, false)]
    [InlineData(SyncErrorCode.NotFound, SyncStatus.Failed, false)]
    [InlineData(SyncErrorCode.TooLarge, SyncStatus.Failed, false)]
    [InlineData(SyncErrorCode.Throttled, SyncStatus.Failed, false)]
    [InlineData(SyncErrorCode.PeerFailed, SyncStatus.Failed, true)]
    [InlineData(SyncErrorCode.Malformed, SyncStatus.Failed, true)]
    public async Task A_hub_that_fails_costs_no_write_and_the_next_sync_goes_on(
        SyncErrorCode code, SyncStatus status, bool losesAnswers)
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var wire = new FailingTransport(hub.Connect());
        await using var device = new TestDevice(wire, _time);
        await device.Notes.PutAsync("before", new Note { Text = "synced" });
        await device.SyncAsync();
        WriteReceipt receipt = await device.Notes.PutAsync("1", new Note { Text = "kept" });

        wire.Error = new SyncException(code, "The weather is bad.");
        wire.LosesAnswers = losesAnswers;
        SyncReport failed = await device.Engine.SyncAsync();

        Assert.Equal(status, failed.Status);
        Assert.Equal(code, failed.Error?.Code);
        Assert.Equal(1, (await device.Engine.GetJournalStatusAsync()).PendingCount);
        Assert.Equal("kept", (await device.Notes.GetAsync("1"))?.Value.Text);

        wire.Error = null;
        await device.SyncAsync();
        Assert.Equal(WriteOutcome.Accepted, await receipt.Synced());
        Assert.Equal(0, (await device.Engine.GetJournalStatusAsync()).PendingCount);
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await device.DigestAsync());
    }

    [Fact]
    public async Task Where_every_sync_breaks_off_after_one_scope_each_scope_has_its_turn()
    {
        string[] scopes = ["a", "b", "c", "d", "e"];
        TestHub hub = await TestHub.StartAsync(_time);
        await using var source = new TestDevice(hub.Connect(), _time, configure: sync => sync.Subscribe(scopes));
        foreach (string scope in scopes)
        {
            await source.Engine.Scope(scope).Collection<Note>("notes").PutAsync("1", new Note { Text = scope });
        }

        await source.SyncAsync();
        var wire = new SwitchableTransport(hub.Connect());
        await using var device = new TestDevice(wire, _time, configure: sync =>
        {
            sync.Subscribe(scopes);
            sync.Configure(options => options.Workers = 1);
        });
        for (int sync = 0; sync < 3 * scopes.Length; sync++)
        {
            // Enough for one new scope, too few for all to be found up to date.
            wire.FailAfter(pulls: 4);
            Assert.Equal(SyncStatus.Offline, (await device.Engine.SyncAsync()).Status);
        }

        foreach (string scope in scopes)
        {
            Assert.Equal((scope, 1), (scope, (await device.Engine.Scope(scope).GetStatusAsync()).RecordCount));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task One_sync_gets_through_a_network_that_loses_every_third_request(int seed)
    {
        string[] scopes = ["a", "b", "c", "d", "e", "f", "g", "h"];
        TestHub hub = await TestHub.StartAsync(_time);
        await using var source = new TestDevice(hub.Connect(), _time, configure: sync => sync.Subscribe(scopes));
        foreach (string scope in scopes)
        {
            await source.Engine.Scope(scope).Collection<Note>("notes").PutAsync("1", new Note { Text = scope });
        }

        await source.SyncAsync();
        var wire = new LeakyTransport(hub.Connect(), new Random(seed));
        await using var device = new TestDevice(wire, _time, configure: sync =>
        {
            sync.Subscribe(scopes);
            sync.Configure(options => options.LossesMax = 20);
        });
        wire.Part = 0.33;
        wire.After = 1;

        SyncReport report = await device.SyncAsync();

        Assert.Equal(SyncStatus.Completed, report.Status);
        Assert.True(wire.LostCount > 0);
        foreach (string scope in scopes)
        {
            Assert.Equal((scope, 1), (scope, (await device.Engine.Scope(scope).GetStatusAsync()).RecordCount));
        }
    }

    [Fact]
    public async Task A_hub_that_is_gone_is_given_up_at_the_first_request_and_one_that_goes_after_a_few()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var wire = new LeakyTransport(hub.Connect(), new Random(1));
        await using var device = new TestDevice(wire, _time, configure: sync =>
        {
            sync.Subscribe("a", "b", "c");
            sync.Configure(options =>
            {
                options.LossesMax = 3;
                options.Workers = 1;
            });
        });
        await device.SyncAsync();
        wire.Part = 1;
        Assert.Equal(SyncStatus.Offline, (await device.Engine.SyncAsync()).Status);
        Assert.Equal(1, wire.LostCount);

        wire.After = 1;
        Assert.Equal(SyncStatus.Offline, (await device.Engine.SyncAsync()).Status);
        Assert.Equal(1 + 1 + 3, wire.LostCount);
    }

    [Fact]
    public async Task A_collection_that_was_not_declared_is_refused_with_what_to_do()
    {
        await using var device = new TestDevice(transport: null, _time);
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => device.Scope.Collection<Note>("unknown"));
        Assert.Contains("sync.Collection<Note>(\"unknown\")", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scope_that_was_not_subscribed_is_refused_with_what_to_do()
    {
        await using var device = new TestDevice(transport: null, _time);
        ISyncCollection<Note> notes = device.Engine.Scope("course/BBB").Collection<Note>("notes");
        InvalidOperationException thrown = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await notes.PutAsync("1", new Note()));
        Assert.Contains("SubscribeAsync", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public async Task A_key_that_cannot_be_one_is_refused(string key)
    {
        await using var device = new TestDevice(transport: null, _time);
        await Assert.ThrowsAsync<ArgumentException>(async () => await device.Notes.PutAsync(key, new Note()));
    }

    [Fact]
    public async Task A_key_that_is_not_well_formed_text_is_refused()
    {
        await using var device = new TestDevice(transport: null, _time);
        string half = new('\ud800', 1);
        await Assert.ThrowsAsync<ArgumentException>(async () => await device.Notes.PutAsync(half, new Note()));
    }

    [Fact]
    public async Task A_key_or_payload_that_is_too_large_is_refused_and_others_go_on()
    {
        await using var device = new TestDevice(transport: null, _time);
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await device.Notes.PutAsync(new string('k', RecordNames.KeyBytesMax + 1), new Note()));
        ArgumentException thrown = await Assert.ThrowsAsync<ArgumentException>(async () =>
            await device.Notes.PutAsync("1", new Note { Text = new string('x', ProtocolLimits.PayloadBytesMax) }));
        Assert.Contains("notes/1", thrown.Message, StringComparison.Ordinal);
        await device.Notes.PutAsync("2", new Note { Text = "fits" });
        Assert.Equal(1, (await device.Engine.GetJournalStatusAsync()).PendingCount);
    }

    [Fact]
    public async Task A_collection_with_another_strategy_at_the_hub_is_refused_and_nothing_is_lost()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new TestDevice(hub.Connect(), _time);
        await a.SyncAsync();
        await using var b = new TestDevice(hub.Connect(), _time, ConflictStrategy.AcademicRecord);
        await b.Notes.PutAsync("1", new Note { Text = "kept" });

        SyncReport report = await b.Engine.SyncAsync();

        Assert.Equal(SyncErrorCode.StrategyMismatch, report.Error?.Code);
        Assert.Equal(1, (await b.Engine.GetJournalStatusAsync()).PendingCount);
    }

    [Fact]
    public async Task The_hub_keeps_and_forwards_fields_and_collections_it_has_never_heard_of()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var newer = new TestDevice(
            hub.Connect(), _time, configure: sync => sync.Collection<Dictionary<string, object>>("future"));
        ISyncCollection<Dictionary<string, object>> future = newer.Scope.Collection<Dictionary<string, object>>("future");
        await future.PutAsync("1", new() { ["anything"] = "goes", ["deep"] = new List<int> { 1, 2 } });
        await newer.SyncAsync();

        await using var older = new TestDevice(hub.Connect(), _time);
        await older.SyncAsync();

        Assert.Equal(await newer.DigestAsync(), await older.DigestAsync());
    }

    [Fact]
    public async Task An_older_app_that_edits_a_record_keeps_the_fields_it_does_not_know()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var newer = new NewerDevice(hub.Connect(), _time);
        await newer.Notes.PutAsync("1", new NewerNote { Text = "a", Score = 1, Mood = "calm" });
        await newer.SyncAsync();
        await using var older = new TestDevice(hub.Connect(), _time);
        await older.SyncAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await older.Notes.PutAsync("1", new Note { Text = "b", Score = 2 });
        await older.SyncAsync();
        await newer.SyncAsync();

        Assert.Equal(
            new NewerNote { Text = "b", Score = 2, Mood = "calm" }, (await newer.Notes.GetAsync("1"))?.Value);
    }

    [Fact]
    public async Task A_damaged_page_is_refused_whole_wherever_it_is_cut_or_changed()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var device = new TestDevice(hub.Connect(), _time);
        await device.Notes.PutAsync("1", new Note { Text = "x" });
        await device.SyncAsync();
        await using IStoreSnapshot snapshot = await hub.Store.ReadAsync();
        ScopeState state = await snapshot.GetScopeAsync(TestDevice.ScopeName);
        RangeSlice slice = await snapshot.ReadRangeAsync(TestDevice.ScopeName, KeyRange.All, new ReadBudget(1 << 20));
        ReadOnlyMemory<byte> page = new PageWriter(snapshot.Replicas, new Dictionary<string, CollectionDescriptor>()).Write(
            TestDevice.ScopeName,
            state,
            snapshot.Clock,
            VersionVector.Empty,
            VersionVector.Empty,
            isComplete: false,
            range: null,
            slice.Records);
        Assert.Equal(1, ReadAll(page));

        for (int length = 0; length < page.Length; length++)
        {
            SyncException thrown = Assert.Throws<SyncException>(() => ReadAll(page[..length]));
            Assert.Equal(SyncErrorCode.Malformed, thrown.Code);
        }

        for (int at = 0; at < page.Length; at++)
        {
            byte[] changed = page.ToArray();
            changed[at] ^= 0xFF;

            // Some bytes are content, which a page cannot check; whatever is refused is refused as malformed.
            Exception? thrown = Xunit.Record.Exception(() => ReadAll(changed));
            Assert.True(thrown is null or SyncException, $"byte {at}: {thrown}");
        }
    }

    [Fact]
    public async Task A_replica_of_another_principal_may_not_push()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var device = new TestDevice(hub.Connect("ada"), _time);
        await device.SyncAsync();
        var thief = new ReplicaResponder(
            hub.Store, await CollectionCatalog.LoadAsync(hub.Store), new ResponderOptions(), _time);
        SyncException thrown = await Assert.ThrowsAsync<SyncException>(async () => await thief.HelloAsync(
            new(ProtocolLimits.Version, ProtocolLimits.Version, device.Engine.Replica, []), "mallory"));
        Assert.Equal(SyncErrorCode.IdentityRefused, thrown.Code);
    }

    private static int ReadAll(ReadOnlyMemory<byte> page)
    {
        PageReader reader = PageReader.Open(page);
        int[] indexes = [.. Enumerable.Range(0, reader.Replicas.Length)];
        int count = 0;
        while (reader.TryRead(indexes, VersionVector.Empty, out _))
        {
            count++;
        }

        return count;
    }
}
