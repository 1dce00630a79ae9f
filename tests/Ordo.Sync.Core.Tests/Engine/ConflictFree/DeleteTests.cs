using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;

namespace Ordo.Sync.Core.Tests.Engine.ConflictFree;

/// <summary>Deletes against conflict-free edits, in both orders.</summary>
public sealed class DeleteTests
{
    private const string Key = "1";
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Theory]
    [InlineData(ConflictStrategy.LastWriteWins, true)]
    [InlineData(ConflictStrategy.LastWriteWins, false)]
    [InlineData(ConflictStrategy.AcademicRecord, true)]
    [InlineData(ConflictStrategy.AcademicRecord, false)]
    [InlineData(ConflictStrategy.MergePreservingHistory, true)]
    [InlineData(ConflictStrategy.MergePreservingHistory, false)]
    [InlineData(ConflictStrategy.ManualIntervention, true)]
    [InlineData(ConflictStrategy.ManualIntervention, false)]
    public async Task A_concurrent_edit_does_not_bring_a_deleted_record_back(ConflictStrategy strategy, bool isDeleteFirst)
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new SheetDevice(hub.Connect(), _time, strategy);
        await using var b = new SheetDevice(hub.Connect(), _time, strategy);
        await a.Sheets.PutAsync(Key, new Sheet { Title = "doomed" });
        await a.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment(10));
        await SheetDevice.ConvergeAsync(hub, a, b);

        if (isDeleteFirst)
        {
            await a.Sheets.DeleteAsync(Key);
            _time.Advance(TimeSpan.FromMinutes(1));
            await b.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment());
        }
        else
        {
            await b.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment());
            _time.Advance(TimeSpan.FromMinutes(1));
            await a.Sheets.DeleteAsync(Key);
        }

        await SheetDevice.ConvergeAsync(hub, a, b);

        Assert.Null(await a.ReadAsync());
        Assert.Null(await b.ReadAsync());
        Assert.Equal(0, (await b.Scope.GetStatusAsync()).RecordCount);
        Assert.Empty(await a.Engine.Conflicts.ListAsync().ToListAsync());
    }

    [Fact]
    public async Task What_was_deleted_does_not_come_back_with_a_new_record_and_what_was_added_meanwhile_does()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new SheetDevice(hub.Connect(), _time);
        await using var b = new SheetDevice(hub.Connect(), _time);
        await a.Sheets.PutAsync(Key, new Sheet { Title = "first" });
        await a.Sheets.PatchAsync(Key, p =>
        {
            p.Set(s => s.Tags).Add("old");
            p.Text(s => s.Notes).Append("old");
        });
        await SheetDevice.ConvergeAsync(hub, a, b);
        await a.Sheets.DeleteAsync(Key);
        await b.Sheets.PatchAsync(Key, p =>
        {
            p.Set(s => s.Tags).Add("meanwhile");
            p.Text(s => s.Notes).Append("!");
        });
        await SheetDevice.ConvergeAsync(hub, a, b);

        await b.Sheets.PutAsync(Key, new Sheet { Title = "second" });
        await SheetDevice.ConvergeAsync(hub, a, b);

        Sheet sheet = (await a.ReadAsync())!;
        Assert.Equal("second", sheet.Title);
        Assert.Equal(["meanwhile"], sheet.Tags);
        Assert.Equal("!", sheet.Notes);
    }

    [Fact]
    public async Task A_conflict_free_write_to_a_deleted_record_makes_a_new_one()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new SheetDevice(hub.Connect(), _time);
        await using var b = new SheetDevice(hub.Connect(), _time);
        await a.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment(10));
        await a.Sheets.DeleteAsync(Key);
        Assert.Null(await a.ReadAsync());

        await a.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment());
        await SheetDevice.ConvergeAsync(hub, a, b);

        Assert.Equal(1, (await b.ReadAsync())!.Present);
    }

    [Fact]
    public async Task A_late_edit_of_a_record_that_was_deleted_meanwhile_leaves_it_deleted()
    {
        await using var device = new SheetDevice(null, _time);
        await device.Sheets.PutAsync(Key, new Sheet { Title = "open in an editor" });
        Record<Sheet> read = (await device.Sheets.GetAsync(Key))!;
        await device.Sheets.DeleteAsync(Key);

        await device.Sheets.PatchAsync(
            Key, p => p.Text(s => s.Notes).Append("typed"), new WriteOptions { BasedOn = read.Version });

        Assert.Null(await device.ReadAsync());
    }
}
