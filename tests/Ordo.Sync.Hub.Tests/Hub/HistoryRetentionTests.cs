using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.History;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Replication.Forgetting;

namespace Ordo.Sync.Hub.Tests.Hub;

/// <summary>An administrator collects old history at a hub that runs; devices follow over HTTP.</summary>
public sealed class HistoryRetentionTests
{
    [Fact]
    public async Task An_administrator_collects_old_history_and_devices_verify_what_is_left()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using EngineDevice ann = Device(hub);
        await using EngineDevice ben = Device(hub);
        ISyncCollection<Note> grades = GradesOf(ann);
        foreach (string text in (string[])["a", "b", "c"])
        {
            await grades.PutAsync("1", new Note { Text = text });
        }

        foreach (EngineDevice device in (EngineDevice[])[ann, ben, ann, ben])
        {
            await device.SyncAsync();
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        HistoryCollection done = Assert.Single(await hub.Administration.CollectHistoryAsync(EngineDevice.Scope, now));
        await ann.SyncAsync();
        await ben.SyncAsync();

        Assert.Equal(new HistoryCollection(EngineDevice.Scope, 1, 2), done);
        foreach (EngineDevice device in (EngineDevice[])[ann, ben])
        {
            HistoryReport report = await device.Engine.Scope(EngineDevice.Scope).VerifyHistoryAsync();
            Assert.Empty(report.Problems);
            Assert.Equal((0, 2), (report.EntryCount, report.CollectedCount));
            Assert.Equal("c", Assert.Single((await GradesOf(device).GetHistoryAsync("1")).Versions).Value?.Text);
        }

        Assert.Equal(await ann.StatusAsync(), await ben.StatusAsync());
        Assert.Empty(await hub.Administration.CollectHistoryAsync(EngineDevice.Scope, now));
    }

    [Fact]
    public async Task A_moment_to_come_a_lane_and_a_hub_below_another_are_refused()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using HubHost below = await HubHost.StartAsync(sync => sync.SyncWith(hub.Address));
        DateTimeOffset now = DateTimeOffset.UtcNow;

        await Assert.ThrowsAsync<ArgumentException>(
            async () => await hub.Administration.CollectHistoryAsync(EngineDevice.Scope, now.AddHours(1)));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await hub.Administration.CollectHistoryAsync("course/A~ephemeral", now));
        InvalidOperationException elsewhere = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await below.Administration.CollectHistoryAsync(EngineDevice.Scope, now));
        Assert.Contains("collect it there", elsewhere.Message, StringComparison.Ordinal);
    }

    private static EngineDevice Device(HubHost hub) => new(
        hub.Address, sync => sync.Collection<Note>("grades", grades => grades.Strategy(ConflictStrategy.AcademicRecord)));

    private static ISyncCollection<Note> GradesOf(EngineDevice device) =>
        device.Engine.Scope(EngineDevice.Scope).Collection<Note>("grades");
}
