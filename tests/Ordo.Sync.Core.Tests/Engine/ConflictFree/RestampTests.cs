using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Responder;

namespace Ordo.Sync.Core.Tests.Engine.ConflictFree;

/// <summary>Conflict-free elements whose dots cannot stand.</summary>
public sealed class RestampTests
{
    private const string Key = "1";
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task A_device_whose_clock_ran_ahead_keeps_its_edits_and_its_register_does_not_win_for_ever()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var fast = new FakeTimeProvider(_time.GetUtcNow() + TimeSpan.FromDays(1));
        await using var a = new SheetDevice(hub.Connect(), fast);
        await using var b = new SheetDevice(hub.Connect(), _time);
        await a.Sheets.PatchAsync(Key, p =>
        {
            p.Counter(s => s.Present).Increment(3);
            p.Register(s => s.Room!).Write("ahead");
            p.Text(s => s.Notes).Append("abc").Delete(1, 1);
            p.Set(s => s.Tags).Add("x");
            p.Flag(s => s.Open).Enable();
        });

        await SheetDevice.ConvergeAsync(hub, a, b);
        _time.Advance(TimeSpan.FromMinutes(1));
        await b.Sheets.PatchAsync(Key, p => p.Register(s => s.Room!).Write("later"));
        await SheetDevice.ConvergeAsync(hub, a, b);

        Sheet sheet = (await a.ReadAsync())!;
        Assert.Equal(3, sheet.Present);
        Assert.Equal("later", sheet.Room);
        Assert.Equal("ac", sheet.Notes);
        Assert.Equal(["x"], sheet.Tags);
        Assert.True(sheet.Open);
    }

    [Fact]
    public async Task A_hub_restored_from_a_backup_gets_back_what_it_lost_once()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var wayOfA = new SwitchableTransport(hub.Connect());
        var wayOfB = new SwitchableTransport(hub.Connect());
        await using var a = new SheetDevice(wayOfA, _time);
        await using var b = new SheetDevice(wayOfB, _time);
        await a.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment(1));
        await SheetDevice.ConvergeAsync(hub, a, b);
        TestHub backup = await hub.RestoreAsync(_time);
        await a.Sheets.PatchAsync(Key, p =>
        {
            p.Counter(s => s.Present).Increment(2);
            p.Text(s => s.Notes).Append("lost");
        });
        await a.SyncAsync();

        wayOfA.Switch(backup.Connect());
        wayOfB.Switch(backup.Connect());
        await SheetDevice.ConvergeAsync(backup, a, b);

        Assert.Equal(3, (await b.ReadAsync())!.Present);
        Assert.Equal("lost", (await b.ReadAsync())!.Notes);
        Assert.Equal(3, (await a.ReadAsync())!.Present);
    }

    [Fact]
    public async Task A_refused_edit_is_taken_back_on_the_device_and_what_it_replaced_stands_again()
    {
        var reviewer = new ClosingReviewer();
        TestHub hub = await TestHub.StartAsync(_time, new ResponderOptions { Reviewer = reviewer });
        await using var a = new SheetDevice(hub.Connect("ann"), _time, ConflictStrategy.AcademicRecord);
        await using var b = new SheetDevice(hub.Connect("bob"), _time, ConflictStrategy.AcademicRecord);
        await a.Sheets.PutAsync(Key, new Sheet { Title = "kept" });
        await a.Sheets.PatchAsync(Key, p =>
        {
            p.Counter(s => s.Present).Increment(3);
            p.Text(s => s.Notes).Append("good");
            p.Set(s => s.Tags).Add("t");
        });
        await SheetDevice.ConvergeAsync(hub, a, b);
        reviewer.IsClosed = true;

        await a.Sheets.PatchAsync(Key, p =>
        {
            p.Counter(s => s.Present).Increment(100);
            p.Text(s => s.Notes).Replace(0, 4, "bad");
            p.Set(s => s.Tags).Remove("t");
        });
        await SheetDevice.ConvergeAsync(hub, a, b);

        foreach (SheetDevice device in (SheetDevice[])[a, b])
        {
            Sheet sheet = (await device.ReadAsync())!;
            Assert.Equal("kept", sheet.Title);
            Assert.Equal(3, sheet.Present);
            Assert.Equal("good", sheet.Notes);
            Assert.Equal(["t"], sheet.Tags);
        }

        reviewer.IsClosed = false;
        await a.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment());
        await SheetDevice.ConvergeAsync(hub, a, b);
        Assert.Equal(4, (await b.ReadAsync())!.Present);
    }

    [Fact]
    public async Task A_class_that_counts_itself_offline_leaves_the_hub_a_bounded_number_of_carriers()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var devices = new List<SheetDevice>();
        try
        {
            for (int i = 0; i < 70; i++)
            {
                devices.Add(new SheetDevice(hub.Connect(), _time));
                await devices[i].Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment());
            }

            foreach (SheetDevice device in devices)
            {
                await device.SyncAsync();
            }

            await SheetDevice.ConvergeAsync(hub, [.. devices]);
            Assert.Equal(70, (await devices[0].ReadAsync())!.Present);
            StoredRecord record = (await hub.Store.GetAsync(TestDevice.ScopeName, new RecordKey("sheets", Key)))!;
            Assert.InRange(record.Carriers.Length, 1, 33);
        }
        finally
        {
            foreach (SheetDevice device in devices)
            {
                await device.DisposeAsync();
            }
        }
    }

    private sealed class ClosingReviewer : IRecordReviewer
    {
        public bool IsClosed { get; set; }

        public ValueTask<Rejection?> ReviewAsync(RecordReview review, CancellationToken cancellationToken) =>
            ValueTask.FromResult(IsClosed ? new Rejection(SyncErrorCode.Forbidden, "The sheet is closed.") : null);
    }
}
