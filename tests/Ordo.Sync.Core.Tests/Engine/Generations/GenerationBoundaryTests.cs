using Ordo.Sync.Engine.Bundles;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Verification;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Bundles;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Responder;

namespace Ordo.Sync.Core.Tests.Engine.Generations;

/// <summary>What meets a compaction on its way: transfers, bundles, backups, verifications, and who pretends to be one.</summary>
public sealed class GenerationBoundaryTests : CompactedScope
{
    [Fact]
    public async Task A_transfer_in_pages_that_a_compaction_interrupts_begins_anew()
    {
        var transport = new SwitchableTransport(Hub.Connect());
        TestDevice ben = Keep(new TestDevice(transport, Clock, configure: sync => sync.Configure(o => o.PageBytesMax = 16 * 1024)));
        (TestDevice ann, TestDevice cem) = (Add(), Add());
        await ann.Notes.PutAsync("first", new Note());
        await SyncAsync(ann, ben);
        for (int i = 0; i < 100; i++)
        {
            await ann.Notes.PutAsync($"{i:d3}", new Note { Text = new string('x', 1000) });
        }

        await cem.Notes.PutAsync("c", new Note());
        await SyncAsync(ann, cem);
        transport.FailAfter(3);
        Assert.Equal(SyncStatus.Offline, (await ben.Engine.SyncAsync()).Status);
        await CompactAsync();
        transport.FailAfter(int.MaxValue);
        await ben.Notes.PutAsync("ben's", new Note());

        await SyncAsync(ben, ann, cem);

        Assert.Equal(103, (await Hub.StateAsync(Scope)).LiveCount);
        await AssertEqualAsync(ann, ben, cem);
    }

    [Fact]
    public async Task A_first_transfer_that_a_compaction_interrupts_begins_anew_and_keeps_what_was_written()
    {
        (TestDevice ann, TestDevice cem) = (Add(), Add());
        for (int i = 0; i < 100; i++)
        {
            await ann.Notes.PutAsync($"{i:d3}", new Note { Text = new string('x', 1000) });
        }

        await cem.Notes.PutAsync("c", new Note());
        await SyncAsync(ann, cem);
        var transport = new SwitchableTransport(Hub.Connect());
        TestDevice ben = Keep(new TestDevice(transport, Clock, configure: sync => sync.Configure(o => o.PageBytesMax = 16 * 1024)));
        transport.FailAfter(3);
        await ben.Engine.SyncAsync();
        await ben.Notes.PutAsync("ben's", new Note());
        Assert.False((await ben.Scope.GetStatusAsync()).IsComplete);
        await CompactAsync();
        transport.FailAfter(int.MaxValue);

        await SyncAsync(ben, ann, cem);

        Assert.Equal(102, (await Hub.StateAsync(Scope)).LiveCount);
        await AssertEqualAsync(ann, ben, cem);
    }

    [Fact]
    public async Task Bundles_of_another_generation_are_refused_and_say_so()
    {
        (TestDevice ann, TestDevice ben) = (Add(), Add());
        await ann.Notes.PutAsync("a", new Note());
        await ben.Notes.PutAsync("b", new Note());
        await SyncAsync(ann, ben, ann);
        await ben.Notes.PutAsync("c", new Note());
        using var old = new MemoryStream();
        await ben.Engine.Bundles.ExportAsync(old, new BundleExportOptions());
        await CompactAsync();
        await ann.SyncAsync();
        using var current = new MemoryStream();
        await ann.Engine.Bundles.ExportAsync(current, new BundleExportOptions());

        BundleImportReport refusedByNew = await ann.Engine.Bundles.ImportAsync(old, new BundleImportOptions());
        BundleImportReport refusedByOld = await ben.Engine.Bundles.ImportAsync(current, new BundleImportOptions());
        await using TestDevice empty = Device();
        BundleImportReport taken = await empty.Engine.Bundles.ImportAsync(current, new BundleImportOptions());
        await empty.SyncAsync();

        Assert.Equal(BundleScopeStatus.OtherGeneration, Assert.Single(refusedByNew.Scopes).Status);
        Assert.Equal(BundleScopeStatus.OtherGeneration, Assert.Single(refusedByOld.Scopes).Status);
        Assert.Equal(BundleScopeStatus.Applied, Assert.Single(taken.Scopes).Status);
        Assert.Null(await ann.Notes.GetAsync("c"));
        await SyncAsync(ben, ann);
        Assert.NotNull(await ann.Notes.GetAsync("c"));
        await AssertEqualAsync(ann, ben);
    }

    [Fact]
    public async Task A_hub_put_back_to_before_the_compaction_says_so_and_the_device_keeps_everything()
    {
        var transport = new SwitchableTransport(Hub.Connect());
        TestDevice ann = Keep(new TestDevice(transport, Clock));
        TestDevice ben = Add();
        await ann.Notes.PutAsync("a", new Note());
        await ben.Notes.PutAsync("b", new Note());
        await SyncAsync(ann, ben, ann);
        TestHub restored = await Hub.RestoreAsync(Clock);
        await CompactAsync();
        await ann.SyncAsync();
        transport.Switch(restored.Connect());
        await ann.Notes.PutAsync("c", new Note());

        SyncReport report = await ann.Engine.SyncAsync();

        Assert.Equal(SyncErrorCode.GenerationMismatch, report.Error?.Code);
        Assert.Equal(3, (await ann.Scope.GetStatusAsync()).RecordCount);
        Assert.Equal(1, (await ann.Engine.GetJournalStatusAsync()).PendingCount);
    }

    [Fact]
    public async Task Nobody_may_speak_as_a_generation()
    {
        (TestDevice ann, TestDevice ben) = (Add(), Add());
        await ann.Notes.PutAsync("a", new Note());
        await ben.Notes.PutAsync("b", new Note());
        await SyncAsync(ann, ben);
        ScopeCompaction done = await CompactAsync();

        // Nor where whoever asks for an id that was only heard of gets it.
        TestHub trusting = await TestHub.StartAsync(Hub.Store, Clock, new ResponderOptions { AdoptsRelayed = true });
        foreach (TestHub hub in (TestHub[])[Hub, trusting])
        {
            SyncException refused = await Assert.ThrowsAsync<SyncException>(async () => await hub.Connect("mallory").HelloAsync(
                new Replication.Messages.HelloRequest(1, 1, done.Generation, [])));
            Assert.Equal(SyncErrorCode.IdentityRefused, refused.Code);
        }
    }

    [Fact]
    public async Task Verifying_compares_by_the_new_names()
    {
        (TestDevice ann, TestDevice ben) = (Add(), Add());
        await ann.Notes.PutAsync("a", new Note());
        await ben.Notes.PutAsync("b", new Note());
        await SyncAsync(ann, ben);
        await CompactAsync();

        VerifyReport report = await ann.Engine.VerifyAsync();

        Assert.True(report.IsSound);
    }
}
