using Ordo.Sync.Conflicts;
using Ordo.Sync.Core.Tests.Engine.ConflictFree;
using Ordo.Sync.Core.Tests.Engine.Identity;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Generations;

namespace Ordo.Sync.Core.Tests.Engine.Generations;

/// <summary>A scope is compacted at the hub: nobody loses, doubles or sees anything by it.</summary>
public sealed class GenerationTests : CompactedScope
{
    [Fact]
    public async Task The_long_vector_is_gone_from_the_hub_and_from_every_device_that_syncs()
    {
        TestDevice ann = Add();
        for (int i = 0; i < 40; i++)
        {
            await using TestDevice guest = Device();
            await guest.Notes.PutAsync($"note-{i}", new Note { Text = $"{i}" });
            await guest.SyncAsync();
        }

        await ann.SyncAsync();
        UInt128 before = await ann.DigestAsync();

        ScopeCompaction done = await CompactAsync();
        await ann.SyncAsync();

        Assert.True(done.IsStarted);
        Assert.Equal((40, 1, 40L), (done.EntriesBefore, done.EntriesAfter, done.RecordCount));
        Assert.Equal(1, (await Hub.StateAsync(Scope)).Knowledge.Count);
        Assert.Equal(1, (await StateAsync(ann)).Knowledge.Count);
        Assert.NotEqual(before, await ann.DigestAsync());
        Assert.Equal((await Hub.StateAsync(Scope)).Digest, await ann.DigestAsync());
        Assert.Equal("17", (await ann.Notes.GetAsync("note-17"))!.Value.Text);
        Assert.False((await CompactAsync()).IsStarted);
    }

    [Fact]
    public async Task An_edit_made_offline_supersedes_what_it_was_based_on_and_is_no_conflict()
    {
        (TestDevice ann, TestDevice ben) = (Add(ConflictStrategy.AcademicRecord), Add(ConflictStrategy.AcademicRecord));
        await ann.Notes.PutAsync("grade", new Note { Score = 5 });
        await ben.Notes.PutAsync("other", new Note());
        await SyncAsync(ann, ben, ann);
        WriteAfter(1);
        await ben.Notes.PutAsync("grade", new Note { Score = 6 });

        Assert.True((await CompactAsync()).IsStarted);
        SyncReport report = await ben.SyncAsync();
        await ann.SyncAsync();

        Assert.Equal(1, Assert.Single(report.Scopes).Session!.GenerationCount);
        Assert.Equal(0, report.ConflictCount);
        foreach (TestDevice device in (TestDevice[])[ann, ben])
        {
            Record<Note> grade = (await device.Notes.GetAsync("grade"))!;
            Assert.Equal((6, RecordState.Current), (grade.Value.Score, grade.State));
        }

        await AssertEqualAsync(ann, ben);
    }

    [Fact]
    public async Task A_device_that_is_behind_gets_the_scope_whole_and_keeps_its_edits()
    {
        (TestDevice ann, TestDevice ben) = (Add(ConflictStrategy.AcademicRecord), Add(ConflictStrategy.AcademicRecord));
        await ann.Notes.PutAsync("kept", new Note { Text = "old" });
        await ann.Notes.PutAsync("contested", new Note { Text = "old" });
        await ann.Notes.PutAsync("deleted", new Note { Text = "old" });
        await SyncAsync(ann, ben);
        WriteAfter(1);
        await ben.Notes.PutAsync("kept", new Note { Text = "ben's" });
        await ben.Notes.PutAsync("contested", new Note { Text = "ben's" });
        await ann.Notes.PutAsync("contested", new Note { Text = "ann's" });
        await ann.Notes.DeleteAsync("deleted");
        await ann.Notes.PutAsync("new", new Note { Text = "ann's" });
        await using (TestDevice cem = Device(ConflictStrategy.AcademicRecord))
        {
            await cem.Notes.PutAsync("cem's", new Note());
            await cem.SyncAsync();
        }

        await ann.SyncAsync();
        Assert.True((await CompactAsync()).IsStarted);
        WriteAfter(10);
        await SyncAsync(ben, ann, ben);

        foreach (TestDevice device in (TestDevice[])[ann, ben])
        {
            Assert.Equal("ben's", (await device.Notes.GetAsync("kept"))!.Value.Text);
            Assert.Equal(RecordState.AwaitingApproval, (await device.Notes.GetAsync("contested"))!.State);
            Assert.Null(await device.Notes.GetAsync("deleted"));
            Assert.Equal("ann's", (await device.Notes.GetAsync("new"))!.Value.Text);
            Assert.NotNull(await device.Notes.GetAsync("cem's"));
        }

        await AssertEqualAsync(ann, ben);
    }

    [Fact]
    public async Task A_write_whose_acknowledgement_was_lost_before_the_compaction_is_there_once_and_its_receipt_completes()
    {
        var transport = new LossyTransport(Hub.Connect());
        TestDevice ann = Keep(new TestDevice(transport, Clock, ConflictStrategy.AcademicRecord));
        TestDevice ben = Add(ConflictStrategy.AcademicRecord);
        await ben.Notes.PutAsync("ben's", new Note());
        await SyncAsync(ben, ann);
        transport.LosesAnswers = true;
        WriteReceipt receipt = await ann.Notes.PutAsync("ann's", new Note());
        await ann.Engine.SyncAsync();
        Assert.Equal(1, (await ann.Engine.GetJournalStatusAsync()).PendingCount);

        Assert.True((await CompactAsync()).IsStarted);
        transport.LosesAnswers = false;
        await SyncAsync(ann, ben);

        Assert.Equal(WriteOutcome.Accepted, await receipt.Synced());
        Assert.Equal(0, (await ann.Engine.GetJournalStatusAsync()).PendingCount);
        StoredRecord? held = await Hub.Store.GetAsync(Scope, new RecordKey("notes", "ann's"));
        Assert.Single(held!.Versions);
        await AssertEqualAsync(ann, ben);
    }

    [Fact]
    public async Task Increments_made_offline_count_once()
    {
        (TestDevice ann, TestDevice ben) = (AddCounting(), AddCounting());
        await ann.Scope.Collection<Sheet>("sheets").PutAsync("s", new Sheet());
        await SyncAsync(ann, ben);
        await AddToAsync(ann, 1);
        await AddToAsync(ben, 10);
        await SyncAsync(ann, ben);
        await AddToAsync(ann, 100);
        await ben.Notes.PutAsync("n", new Note());
        await ann.Notes.PutAsync("m", new Note());
        await SyncAsync(ben);
        for (int i = 0; i < 3; i++)
        {
            await using TestDevice cem = Counting();
            await cem.Notes.PutAsync($"cem-{i}", new Note());
            await cem.SyncAsync();
        }

        ScopeCompaction done = await CompactAsync();
        await AddToAsync(ben, 1000);
        await SyncAsync(ann, ben, ann);

        // Who added to the counter is named by it, and keeps an entry.
        Assert.Equal((5, 3), (done.EntriesBefore, done.EntriesAfter));
        Assert.Equal(1111, (await ann.Scope.Collection<Sheet>("sheets").GetAsync("s"))!.Value.Present);
        await AssertEqualAsync(ann, ben);
    }

    [Fact]
    public async Task A_device_two_generations_behind_follows_both()
    {
        (TestDevice ann, TestDevice ben) = (Add(), Add());
        await ann.Notes.PutAsync("a", new Note { Text = "1" });
        await ben.Notes.PutAsync("b", new Note { Text = "1" });
        await SyncAsync(ann, ben, ann);
        await ben.Notes.PutAsync("b", new Note { Text = "offline" });
        Assert.True((await CompactAsync()).IsStarted);
        WriteAfter(1);
        await ann.Notes.PutAsync("a", new Note { Text = "2" });
        await ann.SyncAsync();
        ScopeCompaction second = await CompactAsync();

        SyncReport report = await ben.SyncAsync();
        await SyncAsync(ann, ben);

        Assert.True(second.IsStarted);
        Assert.Equal(2, Assert.Single(report.Scopes).Session!.GenerationCount);
        Assert.Equal("offline", (await ann.Notes.GetAsync("b"))!.Value.Text);
        Assert.Equal("2", (await ben.Notes.GetAsync("a"))!.Value.Text);
        await AssertEqualAsync(ann, ben);
    }

    [Fact]
    public async Task A_new_device_that_wrote_before_its_first_sync_keeps_that_and_comes_to_the_present_generation()
    {
        (TestDevice ann, TestDevice ben) = (Add(), Add());
        await ann.Notes.PutAsync("a", new Note());
        await ben.Notes.PutAsync("b", new Note());
        await SyncAsync(ann, ben);
        await CompactAsync();
        TestDevice newcomer = Add();
        await newcomer.Notes.PutAsync("n", new Note());

        await SyncAsync(newcomer, ann, ben, newcomer);

        Assert.NotNull(await ann.Notes.GetAsync("n"));
        Assert.NotNull(await newcomer.Notes.GetAsync("a"));
        await AssertEqualAsync(ann, ben, newcomer);
    }
}
