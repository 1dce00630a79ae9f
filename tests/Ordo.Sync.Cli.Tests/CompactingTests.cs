using System.Diagnostics;
using System.Text.Json.Nodes;
using Ordo.Sync.Engine;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Cli.Tests;

/// <summary>A scope of a hub's file is compacted, or the process dies in the middle; devices follow or notice nothing.</summary>
public sealed class CompactingTests : IAsyncDisposable
{
    private const int RecordCount = 2_000;
    private const int KillCount = 2;

    private readonly Campus _campus = new();

    public ValueTask DisposeAsync() => _campus.DisposeAsync();

    [Fact]
    public async Task A_hub_that_is_down_is_compacted_and_its_devices_follow_with_what_they_wrote_meanwhile()
    {
        await FillAsync(count: 5);
        string hub = _campus["hub.db"];

        (await Tool.RunAsync("compact", "store", hub, Campus.Scope)).Require(2);
        (await Tool.RunAsync("compact", "store", _campus["ann.db"], Campus.Scope, "--write")).Require(2);
        JsonNode done = (await Tool.RunAsync("compact", "store", hub, Campus.Scope, "--write", "--json")).Require(0).Json;
        await SettleAsync();

        Assert.Equal(2, (int)done["lanes"]![0]!["entriesBefore"]!);
        Assert.Equal(1, (int)done["lanes"]![0]!["entriesAfter"]!);
    }

    [Fact]
    public async Task A_compaction_that_is_killed_has_happened_or_has_not()
    {
        await FillAsync(RecordCount);
        string hub = _campus["hub.db"];
        string kept = _campus.Keep("hub.db");
        long began = Stopwatch.GetTimestamp();
        (await Tool.RunAsync("compact", "store", kept, Campus.Scope, "--write")).Require(0);
        TimeSpan whole = Stopwatch.GetElapsedTime(began);
        kept = _campus.Keep("hub.db");
        for (int killed = 0; killed < KillCount;)
        {
            // Later and later in its life.
            TimeSpan moment = whole * (0.25 + (0.75 * (killed + 1) / (KillCount + 1)));
            bool wasKilled = await Tool.KillAsync(moment, "compact", "store", hub, Campus.Scope, "--write");
            await AssertSoundAsync(hub);
            if (wasKilled)
            {
                killed++;
                kept = _campus.Keep("hub.db");
            }
            else
            {
                // It was faster than the first one, which a program's first run or a busy machine explains: once more, earlier.
                whole *= 0.8;
                _campus.PutBack(kept, "hub.db");
            }
        }

        (await Tool.RunAsync("compact", "store", hub, Campus.Scope, "--write")).Require(0);
        await SettleAsync();
    }

    // Two devices in step with a hub that is down now, and a write of each that it does not have.
    private async Task FillAsync(int count)
    {
        await _campus.StartHubAsync();
        await _campus.FillAsync("ann.db", count);
        ISyncEngine bob = await _campus.OpenAsync("bob.db");
        await Campus.Grades(bob).PutAsync("bob/1", new Grade { Score = 1 });
        (await bob.SyncAsync()).ThrowIfFailed();
        ISyncEngine ann = await _campus.OpenAsync("ann.db");
        (await ann.SyncAsync()).ThrowIfFailed();
        await Campus.Grades(ann).PutAsync("student/1", new Grade { Score = 11 });
        await Campus.Grades(bob).PutAsync("student/2", new Grade { Score = 22 });
        await _campus.CloseAppsAsync();
        await _campus.StopHubAsync();
    }

    private async Task SettleAsync()
    {
        await _campus.StartHubAsync();
        ISyncEngine ann = await _campus.OpenAsync("ann.db");
        ISyncEngine bob = await _campus.OpenAsync("bob.db");
        foreach (ISyncEngine device in (ISyncEngine[])[ann, bob, ann])
        {
            (await device.SyncAsync()).ThrowIfFailed();
        }

        Assert.Equal(11, (await Campus.Grades(bob).GetAsync("student/1"))!.Value.Score);
        Assert.Equal(22, (await Campus.Grades(ann).GetAsync("student/2"))!.Value.Score);
        ScopeStatus status = await ann.Scope(Campus.Scope).GetStatusAsync();
        Assert.Equal(status.Digest, (await bob.Scope(Campus.Scope).GetStatusAsync()).Digest);
        await Assert.AllAsync(
            (ISyncEngine[])[ann, bob],
            async device => Assert.Equal(0, (await device.GetJournalStatusAsync()).PendingCount));
    }

    private static async Task AssertSoundAsync(string file)
    {
        await using var store = new SqliteRecordStore(new SqliteStoreOptions { Path = file });
        await store.OpenAsync();
        Assert.Empty(await store.VerifyIntegrityAsync());
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        ScopeState state = await snapshot.GetScopeAsync(Campus.Scope);
        RangeSlice all = await snapshot.ReadRangeAsync(Campus.Scope, KeyRange.All, new ReadBudget(int.MaxValue));
        UInt128 digest = UInt128.Zero;
        foreach (StoredRecord record in all.Records)
        {
            digest = unchecked(digest + RecordDigest.Of(record, snapshot.Replicas));
            Assert.True(state.Knowledge.Contains(record.Greatest.Dot), $"{record} is not known.");
        }

        Assert.Equal(state.Digest, digest);
        Assert.InRange(state.Knowledge.Count, 1, 2);
    }
}
