using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>
/// What a hub has written itself it can lose by being put back, like everybody else: devices that hold it bring it, though they may
/// bring nothing of one another.
/// </summary>
public sealed class RestoredHubVersionsTests
{
    [Fact]
    public async Task A_hub_that_was_put_back_takes_what_it_had_written_itself_from_any_device()
    {
        FakeTimeProvider time = TestHub.NewClock();
        TestHub hub = await TestHub.StartAsync(time);
        var way = new SwitchableTransport(hub.Connect("lecturer", mayApprove: false));
        await using var lecturer = new TestDevice(way, time, ConflictStrategy.AcademicRecord);
        await using var student = new TestDevice(
            hub.Connect("student", mayApprove: false), time, ConflictStrategy.AcademicRecord);
        await student.Notes.PutAsync("1", new Note { Text = "base" });
        await student.Notes.PutAsync("1", new Note { Text = "better" });
        await student.SyncAsync();
        await lecturer.SyncAsync();
        TestHub restored = await hub.RestoreAsync(time);
        await student.Notes.OverrideAsync("1", new Note { Text = "mine" }, "Because I say so.");
        Assert.Equal(1, (await student.SyncAsync()).RejectedCount);
        await lecturer.SyncAsync();

        // The lecturer, who has written nothing, holds the hub's answer to the refused write.
        way.Switch(restored.Connect("lecturer", mayApprove: false));
        await lecturer.SyncAsync();
        await using var late = new TestDevice(restored.Connect("late"), time, ConflictStrategy.AcademicRecord);
        await late.SyncAsync();

        Record<Note>? held = await lecturer.Notes.GetAsync("1");
        Record<Note>? brought = await late.Notes.GetAsync("1");
        Assert.Equal("better", brought?.Value.Text);
        Assert.Equal(held?.Timestamp, brought?.Timestamp);
    }
}
