using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Inbox;

namespace Ordo.Sync.Core.Tests.Engine.ConflictFree;

/// <summary>Conflict-free fields beside plain ones, under every strategy.</summary>
public sealed class FieldTests
{
    private const string Key = "1";
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    public static TheoryData<ConflictStrategy> Strategies =>
    [
        ConflictStrategy.LastWriteWins,
        ConflictStrategy.AcademicRecord,
        ConflictStrategy.MergePreservingHistory,
        ConflictStrategy.ManualIntervention,
    ];

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Every_type_of_field_is_written_by_a_patch_and_read_in_the_value(ConflictStrategy strategy)
    {
        await using var device = new SheetDevice(null, _time, strategy);
        await device.Sheets.PutAsync(Key, new Sheet { Title = "Monday", Present = 99, Notes = "ignored" });

        await device.Sheets.PatchAsync(Key, p =>
        {
            p.Counter(s => s.Present).Increment(3).Decrement();
            p.Flag(s => s.Open).Enable();
            p.Register(s => s.Room!).Write("B12");
            p.Set(s => s.Tags).Add("x").Add("y").Remove("x");
            p.List(s => s.Items).Add("b").Insert(0, "a").Add("c").Replace(2, "d");
            p.Text(s => s.Notes).Insert(0, "hello world").Delete(5, 6).Append("!");
            p.Map(s => s.Marks).Counter("ann").Increment(5);
        });

        Sheet sheet = (await device.ReadAsync())!;
        Assert.Equal("Monday", sheet.Title);
        Assert.Equal(2, sheet.Present);
        Assert.True(sheet.Open);
        Assert.Equal("B12", sheet.Room);
        Assert.Equal(["y"], sheet.Tags);
        Assert.Equal(["a", "b", "d"], sheet.Items);
        Assert.Equal("hello!", sheet.Notes);
        Assert.Equal(5, sheet.Marks["ann"]);
        Assert.Equal(1, (await device.Scope.GetStatusAsync()).RecordCount);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Concurrent_edits_of_conflict_free_fields_add_up_and_touch_no_plain_field(ConflictStrategy strategy)
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new SheetDevice(hub.Connect(), _time, strategy);
        await using var b = new SheetDevice(hub.Connect(), _time, strategy);
        await a.Sheets.PutAsync(Key, new Sheet { Title = "draft" });
        await SheetDevice.ConvergeAsync(hub, a, b);

        await a.Sheets.PatchAsync(Key, p => p.Set(s => s.Title, "final"));
        await a.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment());
        _time.Advance(TimeSpan.FromMinutes(1));
        await b.Sheets.PatchAsync(Key, p =>
        {
            p.Counter(s => s.Present).Increment(2);
            p.Text(s => s.Notes).Append("late");
            p.Set(s => s.Tags).Add("b");
        });
        await SheetDevice.ConvergeAsync(hub, a, b);

        foreach (SheetDevice device in (SheetDevice[])[a, b])
        {
            Record<Sheet> record = (await device.Sheets.GetAsync(Key))!;
            Assert.Equal(RecordState.Current, record.State);
            Assert.Equal("final", record.Value.Title);
            Assert.Equal(3, record.Value.Present);
            Assert.Equal("late", record.Value.Notes);
            Assert.Equal(["b"], record.Value.Tags);
            Assert.Empty(await device.Engine.Conflicts.ListAsync().ToListAsync());
        }
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task A_put_of_the_whole_object_leaves_conflict_free_fields_alone(ConflictStrategy strategy)
    {
        await using var device = new SheetDevice(null, _time, strategy);
        await device.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append("kept"));

        await device.Sheets.PutAsync(Key, new Sheet { Title = "new" });

        Sheet sheet = (await device.ReadAsync())!;
        Assert.Equal("new", sheet.Title);
        Assert.Equal("kept", sheet.Notes);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task A_record_that_a_conflict_free_write_made_yields_to_one_that_was_put(ConflictStrategy strategy)
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new SheetDevice(hub.Connect(), _time, strategy);
        await using var b = new SheetDevice(hub.Connect(), _time, strategy);
        await a.Sheets.PutAsync(Key, new Sheet { Title = "put" });
        _time.Advance(TimeSpan.FromMinutes(1));
        await b.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment());
        Assert.Equal(string.Empty, (await b.ReadAsync())!.Title);

        await SheetDevice.ConvergeAsync(hub, a, b);

        Record<Sheet> record = (await b.Sheets.GetAsync(Key))!;
        Assert.Equal(RecordState.Current, record.State);
        Assert.Equal("put", record.Value.Title);
        Assert.Equal(1, (await a.ReadAsync())!.Present);
        Assert.Equal(1, (await a.Scope.GetStatusAsync()).RecordCount);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Two_that_made_the_same_record_by_conflict_free_writes_share_it(ConflictStrategy strategy)
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new SheetDevice(hub.Connect(), _time, strategy);
        await using var b = new SheetDevice(hub.Connect(), _time, strategy);
        await a.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment());
        await b.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment());

        await SheetDevice.ConvergeAsync(hub, a, b);

        Record<Sheet> record = (await a.Sheets.GetAsync(Key))!;
        Assert.Equal(RecordState.Current, record.State);
        Assert.Equal(2, record.Value.Present);
        Assert.Equal(2, (await b.ReadAsync())!.Present);
    }

    [Theory]
    [InlineData(ConflictStrategy.AcademicRecord)]
    [InlineData(ConflictStrategy.ManualIntervention)]
    public async Task A_true_conflict_stays_one_and_conflict_free_fields_go_on(ConflictStrategy strategy)
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new SheetDevice(hub.Connect(), _time, strategy);
        await using var b = new SheetDevice(hub.Connect(), _time, strategy);
        await a.Sheets.PutAsync(Key, new Sheet { Title = "base" });
        await SheetDevice.ConvergeAsync(hub, a, b);
        await a.Sheets.PatchAsync(Key, p => p.Set(s => s.Title, "A"));
        await b.Sheets.PatchAsync(Key, p => p.Set(s => s.Title, "B"));
        await SheetDevice.ConvergeAsync(hub, a, b);

        await a.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment());
        await b.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment());
        await SheetDevice.ConvergeAsync(hub, a, b);

        Conflict conflict = Assert.Single(await a.Engine.Conflicts.ListAsync().ToListAsync());
        Assert.Equal(2, conflict.Siblings.Length);
        await a.Engine.Conflicts.ResolveAsync(conflict, Resolution.Keep(conflict.Siblings[0]), "Chosen");
        await SheetDevice.ConvergeAsync(hub, a, b);
        Sheet sheet = (await b.ReadAsync())!;
        Assert.Equal(conflict.Siblings[0].ReadAs<Sheet>()!.Title, sheet.Title);
        Assert.Equal(2, sheet.Present);
        Assert.Empty(await b.Engine.Conflicts.ListAsync().ToListAsync());
    }

    [Fact]
    public async Task A_loser_of_last_write_wins_takes_no_conflict_free_change_with_it()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new SheetDevice(hub.Connect(), _time);
        await using var b = new SheetDevice(hub.Connect(), _time);
        await using var c = new SheetDevice(hub.Connect(), _time);
        await a.Sheets.PutAsync(Key, new Sheet { Title = "base" });
        await SheetDevice.ConvergeAsync(hub, a, b, c);

        await a.Sheets.PatchAsync(Key, p =>
        {
            p.Set(s => s.Title, "loses");
            p.Counter(s => s.Present).Increment();
        });
        _time.Advance(TimeSpan.FromMinutes(1));
        await b.Sheets.PatchAsync(Key, p => p.Set(s => s.Title, "wins"));
        await b.SyncAsync();
        await c.SyncAsync();
        await a.SyncAsync();
        await c.SyncAsync();

        Assert.Equal("wins", (await c.ReadAsync())!.Title);
        Assert.Equal(1, (await c.ReadAsync())!.Present);
        await SheetDevice.ConvergeAsync(hub, a, b, c);
    }

    [Fact]
    public async Task A_plain_edit_of_a_conflict_free_field_is_refused_with_the_right_call()
    {
        await using var device = new SheetDevice(null, _time);

        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(
            async () => await device.Sheets.PatchAsync(Key, p => p.Set(s => s.Present, 5)));

        Assert.Contains("p.Counter", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Untyped_access_reads_and_edits_by_path()
    {
        await using var device = new SheetDevice(null, _time);
        await device.Sheets.PatchAsync(Key, p => p.Counter("other.count").Increment(4));

        Record<Sheet> record = (await device.Sheets.GetAsync(Key))!;

        Assert.Equal(4, record.ReadConflictFree().Counter("other.count").Value);
    }

    [Fact]
    public async Task An_edit_that_fails_leaves_the_record_as_it_was()
    {
        await using var device = new SheetDevice(null, _time);
        await device.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append("abc"));

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await device.Sheets.PatchAsync(Key, p =>
        {
            p.Counter(s => s.Present).Increment();
            p.Text(s => s.Notes).Insert(99, "x");
        }));
        await device.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append("d"));

        Assert.Equal("abcd", (await device.ReadAsync())!.Notes);
        Assert.Equal(0, (await device.ReadAsync())!.Present);
    }

    [Fact]
    public async Task Positions_in_a_text_count_on_what_the_editor_read()
    {
        await using var device = new SheetDevice(null, _time);
        await device.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append("hello world"));
        Record<Sheet> read = (await device.Sheets.GetAsync(Key))!;
        await device.Sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Insert(0, ">> ").Append("!"));
        Assert.Equal(">> hello world!", (await device.ReadAsync())!.Notes);

        await device.Sheets.PatchAsync(
            Key,
            p => p.Text(s => s.Notes).Insert(5, ",").Delete(7, 5).Append("there"),
            new WriteOptions { BasedOn = read.Version });

        Assert.Equal(">> hello, there!", (await device.ReadAsync())!.Notes);
    }
}
