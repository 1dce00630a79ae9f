using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.History;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Outcomes;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Errors;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine.Strategies;

public sealed class AcademicRecordTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task A_decision_records_who_why_and_over_what_and_reaches_everybody()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice lecturer = Device(hub, "lecturer");
        await using TestDevice registrar = Device(hub, "registrar", mayApprove: true);
        await ConflictAsync(lecturer, registrar);

        Conflict conflict = Assert.Single(await OpenAsync(registrar));
        Assert.Equal(ConflictKind.Siblings, conflict.Kind);
        Assert.Equal("base", conflict.Base?.ReadAs<Note>()?.Text);
        Assert.Equal(["lecturer", "registrar"], conflict.Siblings.Select(sibling => sibling.Author).Order());
        await registrar.Engine.Conflicts.ResolveAsync(conflict, Resolution.Keep(conflict.Siblings[0]), "The exam sheet says so.");
        await registrar.SyncAsync();
        await lecturer.SyncAsync();

        Assert.Empty(await OpenAsync(lecturer));
        Record<Note>? record = await lecturer.Notes.GetAsync("1");
        Assert.Equal(RecordState.Current, record?.State);
        Assert.Equal("The exam sheet says so.", record?.Decision?.Reason);
        Assert.Equal("registrar", record?.Author);
        RecordHistory<Note> history = await lecturer.Notes.GetHistoryAsync("1");
        Assert.Empty(history.Problems);
        Assert.Equal(4, history.Versions.Length);
        Assert.Equal("base", history.Versions[0].Value?.Text);
        Assert.True(history.Versions[3].IsCurrent);
        Assert.Equal(2, history.Versions[3].Parents.Length);
    }

    [Fact]
    public async Task A_decision_without_the_right_to_approve_is_refused_and_its_content_kept()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice lecturer = Device(hub, "lecturer");
        await using TestDevice student = Device(hub, "student");
        await ConflictAsync(lecturer, student);
        Conflict conflict = Assert.Single(await OpenAsync(student));

        WriteReceipt? receipt = await student.Engine.Conflicts.ResolveAsync(
            conflict, Resolution.Use(new Note { Text = "mine", Score = 100 }), "Because I say so.");
        Assert.Equal(RecordState.Current, (await student.Notes.GetAsync("1"))?.State);
        Assert.Equal(1, (await student.SyncAsync()).RejectedCount);
        await lecturer.SyncAsync();

        Assert.Equal(WriteOutcome.Rejected, await receipt!.Synced());
        WriteResult? result = await student.Engine.Outcomes.FindAsync(TestDevice.ScopeName, receipt.Version);
        Assert.Equal(SyncErrorCode.Forbidden, result?.Rejection?.Code);
        Assert.Equal(RecordState.AwaitingApproval, (await student.Notes.GetAsync("1"))?.State);
        Assert.Equal(RecordState.AwaitingApproval, (await lecturer.Notes.GetAsync("1"))?.State);
        Conflict refused = (await OpenAsync(student)).Single(entry => entry.Kind == ConflictKind.Rejected);
        Assert.Equal("mine", refused.Siblings[0].ReadAs<Note>()?.Text);
        Assert.Equal(2, (await OpenAsync(student)).Count);
        Assert.Single(await OpenAsync(lecturer));
        await AssertConvergedAsync(hub, lecturer, student);
    }

    [Fact]
    public async Task A_refusal_whose_answer_was_lost_is_told_again_though_others_have_written_since()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var wire = new GuardedTransport(hub.Connect("student", mayApprove: false));
        await using TestDevice registrar = Device(hub, "registrar", mayApprove: true);
        await using TestDevice student = Device(wire, "student");
        await ConflictAsync(registrar, student);
        WriteReceipt? receipt = await DecideUnheardAsync(student, wire);
        await registrar.SyncAsync();
        await registrar.Notes.OverrideAsync("1", new Note { Text = "decided" }, "The exam sheet says so.");
        await registrar.SyncAsync();

        await student.SyncAsync();

        Assert.Equal(WriteOutcome.Rejected, await receipt!.Synced());
        Conflict refused = Assert.Single(await OpenAsync(student));
        Assert.Equal("mine", refused.Siblings[0].ReadAs<Note>()?.Text);
        Assert.Equal("decided", (await student.Notes.GetAsync("1"))?.Value.Text);
        await AssertConvergedAsync(hub, registrar, student);
    }

    /// <summary>What a colleague brings in a file takes the content away before the hub can tell the refusal again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_content_of_a_write_whose_refusal_a_file_brings_is_kept(bool hasNewIncarnation)
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var wire = new GuardedTransport(hub.Connect("student", mayApprove: false));
        await using TestDevice registrar = Device(hub, "registrar", mayApprove: true);
        await using TestDevice student = Device(wire, "student");
        await ConflictAsync(registrar, student);
        await DecideUnheardAsync(student, wire);
        await registrar.SyncAsync();
        using var file = new MemoryStream();
        await registrar.Engine.Bundles.ExportAsync(file);

        if (hasNewIncarnation)
        {
            ReplicaId before = student.Engine.Replica;
            await student.Engine.SubscribeAsync("other");
            await student.Engine.Scope("other").Collection<Note>("notes").PutAsync("1", new Note());
            await student.Engine.UnsubscribeAsync("other", UnsyncedWrites.MoveToInbox);
            await student.Engine.SubscribeAsync("other");
            Assert.NotEqual(before, student.Engine.Replica);
        }

        await student.Engine.Bundles.ImportAsync(file);

        // Once, though the hub tells it again.
        await student.SyncAsync();
        Conflict refused = Assert.Single(await OpenAsync(student), conflict =>
            conflict.Kind == ConflictKind.Rejected && conflict.Scope == TestDevice.ScopeName);
        Assert.Equal("mine", Assert.Single(refused.Siblings).ReadAs<Note>()?.Text);
    }

    [Fact]
    public async Task Leaving_the_flag_of_a_decision_out_gains_nothing()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice lecturer = Device(hub, "lecturer");
        await using TestDevice student = Device(hub, "student");
        await ConflictAsync(lecturer, student);
        await RawWrites.SupersedeAllAsync(student, "1", new Note { Text = "forged" });

        Assert.Equal(1, (await student.SyncAsync()).RejectedCount);
        await lecturer.SyncAsync();

        Assert.Equal(RecordState.AwaitingApproval, (await lecturer.Notes.GetAsync("1"))?.State);
        Assert.Equal(RecordState.AwaitingApproval, (await student.Notes.GetAsync("1"))?.State);
        await AssertConvergedAsync(hub, lecturer, student);
    }

    [Fact]
    public async Task A_decision_in_anothers_name_is_refused()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice lecturer = Device(hub, "lecturer");
        await using TestDevice registrar = Device(hub, "registrar", mayApprove: true);
        await ConflictAsync(lecturer, registrar);
        Conflict conflict = Assert.Single(await OpenAsync(registrar));

        await registrar.Engine.Conflicts.ResolveAsync(
            conflict, Resolution.Keep(conflict.Siblings[0]), "Signed.", new WriteOptions { Author = "dean" });

        Assert.Equal(1, (await registrar.SyncAsync()).RejectedCount);
    }

    [Fact]
    public async Task An_ordinary_edit_of_a_disputed_record_leaves_the_dispute_standing()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice lecturer = Device(hub, "lecturer");
        await using TestDevice student = Device(hub, "student");
        await ConflictAsync(lecturer, student);

        await student.Notes.PatchAsync("1", patch => patch.Set(note => note.Score, 9));
        Assert.Equal(0, (await student.SyncAsync()).RejectedCount);
        await lecturer.SyncAsync();

        Assert.Equal(RecordState.AwaitingApproval, (await lecturer.Notes.GetAsync("1"))?.State);
        Assert.Equal(2, Assert.Single(await OpenAsync(lecturer)).Siblings.Length);
        await AssertConvergedAsync(hub, lecturer, student);
    }

    [Fact]
    public async Task An_approved_record_can_be_overridden_with_a_reason()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice registrar = Device(hub, "registrar", mayApprove: true);
        await using TestDevice student = Device(hub, "student");
        await registrar.Notes.PutAsync("1", new Note { Text = "passed" });
        await registrar.Notes.OverrideAsync("1", new Note { Text = "failed" }, "Plagiarism.");
        await registrar.SyncAsync();
        await student.SyncAsync();

        Assert.Equal("Plagiarism.", (await student.Notes.GetAsync("1"))?.Decision?.Reason);
        await student.Notes.OverrideAsync("1", new Note { Text = "passed" }, "No.");
        Assert.Equal(1, (await student.SyncAsync()).RejectedCount);
        Assert.Equal("failed", (await student.Notes.GetAsync("1"))?.Value.Text);
    }

    [Fact]
    public async Task Versions_overwritten_offline_reach_the_history_everywhere()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice lecturer = Device(hub, "lecturer");
        await using TestDevice registrar = Device(hub, "registrar", mayApprove: true);
        for (int score = 1; score <= 5; score++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await lecturer.Notes.PutAsync("1", new Note { Score = score });
        }

        await lecturer.Notes.DeleteAsync("1");
        await lecturer.SyncAsync();
        await registrar.SyncAsync();

        RecordHistory<Note> history = await registrar.Notes.GetHistoryAsync("1");
        Assert.Equal([1, 2, 3, 4, 5], history.Versions.Take(5).Select(version => version.Value!.Score));
        Assert.True(history.Versions[5].IsDeleted);
        Assert.Empty(history.Problems);
        Assert.Equal(0, (await registrar.Scope.GetStatusAsync()).RecordCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_removed_or_altered_entry_of_the_history_is_found(bool isRemoved)
    {
        await using TestDevice device = Device(hub: null, "lecturer");
        for (int score = 1; score <= 3; score++)
        {
            await device.Notes.PutAsync("1", new Note { Score = score });
        }

        HistoryReport whole = await device.Scope.VerifyHistoryAsync();
        Assert.Empty(whole.Problems);
        Assert.Equal((1, 2), (whole.RecordCount, whole.EntryCount));
        IRecordStore store = await device.OpenStoreAsync();
        await using (IStoreTransaction transaction = await store.BeginAsync())
        {
            RangeSlice entries = await transaction.ReadRangeAsync(
                TestDevice.ScopeName, HistoryKeys.RangeOf(new RecordKey("notes", "1")), new ReadBudget(1 << 20));
            StoredRecord entry = entries.Records[0];
            HistoryEntry content = HistoryCodec.Decode(entry.Greatest.Payload);
            var altered = new RecordVersion(
                entry.Greatest.Dot,
                entry.Greatest.Timestamp,
                entry.Greatest.Author,
                HistoryCodec.Encode(content with { Author = "somebody else" }));
            await (isRemoved
                ? transaction.RemoveAsync(TestDevice.ScopeName, entry.Key)
                : transaction.PutAsync(TestDevice.ScopeName, entry with { Versions = [altered] }));
            await transaction.CommitAsync(Durability.Full);
        }

        Assert.NotEmpty((await device.Notes.GetHistoryAsync("1")).Problems);
        Assert.NotEmpty((await device.Scope.VerifyHistoryAsync()).Problems);
    }

    [Fact]
    public async Task Equal_edits_on_both_sides_are_no_dispute()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using TestDevice a = Device(hub, "a");
        await using TestDevice b = Device(hub, "b");
        await a.Notes.PutAsync("1", new Note { Text = "same" });
        await b.Notes.PutAsync("1", new Note { Text = "same" });
        await a.SyncAsync();
        await b.SyncAsync();
        await a.SyncAsync();

        Assert.Equal(RecordState.Current, (await a.Notes.GetAsync("1"))?.State);
        Assert.Empty(await OpenAsync(a));
        await b.Notes.PutAsync("1", new Note { Text = "changed" });
        Assert.Equal(0, (await b.SyncAsync()).RejectedCount);
        await a.SyncAsync();
        Assert.Equal("changed", (await a.Notes.GetAsync("1"))?.Value.Text);
        await AssertConvergedAsync(hub, a, b);
    }

    private TestDevice Device(TestHub? hub, string name, bool mayApprove = false) => Device(hub?.Connect(name, mayApprove), name);

    private TestDevice Device(ISyncTransport? way, string name) => new(
        way, _time, ConflictStrategy.AcademicRecord, sync => sync.Configure(options => options.Author = name));

    // Without the right to; the hub refuses it, and the answer is lost.
    private static async Task<WriteReceipt?> DecideUnheardAsync(TestDevice student, GuardedTransport wire)
    {
        WriteReceipt? receipt = await student.Engine.Conflicts.ResolveAsync(
            Assert.Single(await OpenAsync(student)), Resolution.Use(new Note { Text = "mine" }), "Because I say so.");
        wire.LosesNextAnswer = true;
        Assert.Equal(SyncErrorCode.Unreachable, (await student.Engine.SyncAsync()).Error?.Code);
        return receipt;
    }

    // Both hold "base"; each then edits it without seeing the other's edit; both have synced.
    private async Task ConflictAsync(TestDevice first, TestDevice second)
    {
        await first.Notes.PutAsync("1", new Note { Text = "base" });
        await first.SyncAsync();
        await second.SyncAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await first.Notes.PutAsync("1", new Note { Text = "first" });
        _time.Advance(TimeSpan.FromSeconds(1));
        await second.Notes.PutAsync("1", new Note { Text = "second" });
        await first.SyncAsync();
        await second.SyncAsync();
        await first.SyncAsync();
    }

    private static async Task<List<Conflict>> OpenAsync(TestDevice device) =>
        await device.Engine.Conflicts.ListAsync().ToListAsync();

    private static async Task AssertConvergedAsync(TestHub hub, params TestDevice[] devices)
    {
        UInt128 expected = (await hub.StateAsync(TestDevice.ScopeName)).Digest;
        foreach (TestDevice device in devices)
        {
            await device.SyncAsync();
            Assert.Equal(expected, await device.DigestAsync());
        }
    }
}
