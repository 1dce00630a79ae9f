using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Core.Tests.Engine.Journal;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Engine.Resources;

namespace Ordo.Sync.Core.Tests.Engine.Resources;

/// <summary>The governor through the engine, with memory that is as full as the test says.</summary>
public sealed class MemoryGovernorTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();
    private readonly FakeMemory _memory = new();
    private readonly GatedStore _store = new();
    private TestDevice? _device;

    public async ValueTask DisposeAsync()
    {
        if (_device is not null)
        {
            await _device.DisposeAsync();
        }
    }

    [Fact]
    public async Task It_measures_at_an_interval_sheds_and_recovers()
    {
        TestDevice device = await StartAsync();
        Assert.Equal(MemoryLevel.Normal, device.Engine.GetMemoryReport().Level);

        _memory.Percent = 81;
        _time.Advance(MemoryGovernor.Interval);
        Assert.Equal(1, _store.TrimCount);
        MemoryReport high = device.Engine.GetMemoryReport();
        Assert.Equal((MemoryLevel.High, 1, 0), (high.Level, high.ShedCount, high.CompactionCount));
        Assert.Equal(128 * 1024, high.PageBytesMax);

        _memory.Percent = 60;
        _time.Advance(MemoryGovernor.Interval);
        MemoryReport normal = device.Engine.GetMemoryReport();
        Assert.Equal((MemoryLevel.Normal, 256 * 1024), (normal.Level, normal.PageBytesMax));
        Assert.Equal(FakeMemory.Limit / 100 * 81, normal.PeakWorkingSetBytes);
        Assert.Equal(FakeMemory.Limit / 100 * 60, normal.WorkingSetBytes);
        Assert.Equal(FakeMemory.Limit, normal.LimitBytes);
        Assert.Equal("Constrained", normal.Profile);
        Assert.Equal(normal, device.Engine.Health.Report().Memory);
    }

    [Fact]
    public async Task At_critical_it_compacts_and_what_that_frees_counts_at_once()
    {
        TestDevice device = await StartAsync();
        (_memory.Percent, _memory.FreedPercent) = (95, 30);
        MemoryReport report = device.Engine.GetMemoryReport();
        Assert.Equal(1, _memory.CompactionCount);
        Assert.Equal((MemoryLevel.Normal, 1, 1), (report.Level, report.ShedCount, report.CompactionCount));
    }

    [Fact]
    public async Task A_compaction_that_frees_little_is_not_repeated_before_the_level_was_left()
    {
        TestDevice device = await StartAsync();
        (_memory.Percent, _memory.FreedPercent) = (120, 1);
        for (int i = 0; i < 10; i++)
        {
            _time.Advance(MemoryGovernor.Interval);
        }

        Assert.Equal(1, _memory.CompactionCount);
        Assert.Equal(MemoryLevel.Critical, device.Engine.GetMemoryReport().Level);

        _memory.Percent = 50;
        _time.Advance(MemoryGovernor.Interval);
        _memory.Percent = 120;
        _time.Advance(MemoryGovernor.Interval);
        Assert.Equal(2, _memory.CompactionCount);
    }

    [Fact]
    public async Task Sessions_that_begin_when_memory_is_short_ask_for_smaller_pages()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var wire = new InterruptingTransport(hub.Connect());
        TestDevice device = await StartAsync(wire);
        await device.SyncAsync();
        Assert.All(wire.PullBytesMax, bytes => Assert.Equal(256 * 1024, bytes));

        wire.PullBytesMax.Clear();
        _memory.Percent = 95;
        await device.SyncAsync();
        Assert.NotEmpty(wire.PullBytesMax);
        Assert.All(wire.PullBytesMax, bytes => Assert.Equal(64 * 1024, bytes));
    }

    [Fact]
    public async Task Writers_wait_earlier_when_memory_is_short_and_are_let_in_when_it_is_not()
    {
        TestDevice device = await StartAsync();
        LocalReplica replica = ((SyncEngine)device.Engine).LanesOf(TestDevice.ScopeName)[0].Replica;
        _memory.Percent = 95;
        device.Engine.GetMemoryReport();
        _store.Close();
        Task[] writes = [.. Enumerable.Range(0, 4).Select(i => WriteAsync($"{i}"))];

        // A quarter of the 512 KiB holds two of them.
        Assert.Equal(2, replica.WaiterCount);
        Assert.InRange(device.Engine.GetMemoryReport().QueueBytes, 2 * 50 * 1024, 128 * 1024);
        _memory.Percent = 10;
        device.Engine.GetMemoryReport();
        Assert.Equal(0, replica.WaiterCount);
        _store.Open();
        await Task.WhenAll(writes);
        Assert.Equal(4, (await device.Scope.GetStatusAsync()).RecordCount);

        Task WriteAsync(string key) => device.Notes.PutAsync(key, new Note { Text = new string('x', 50 * 1024) }).AsTask();
    }

    [Fact]
    public async Task Without_a_limit_it_measures_only_when_asked_and_sheds_nothing()
    {
        TestDevice device = await StartAsync(limit: long.MaxValue / 2, profile: ResourceProfile.Default with { });
        Assert.Equal(MemoryLevel.Normal, device.Engine.GetMemoryReport().Level);

        await using var unlimited = new TestDevice(transport: null, _time, configure: sync =>
        {
            sync.Services.AddSingleton<IMemorySource>(_memory);
            sync.UseProfile(ResourceProfile.Default);
        });
        await unlimited.Engine.OpenAsync();
        int before = _memory.MeasureCount;
        _memory.Percent = 1000;
        MemoryReport report = unlimited.Engine.GetMemoryReport();
        Assert.Equal(before + 1, _memory.MeasureCount);
        Assert.Null(report.LimitBytes);
        Assert.Equal((MemoryLevel.Normal, 0), (report.Level, report.ShedCount));
    }

    [Fact]
    public async Task It_stops_with_the_engine()
    {
        TestDevice device = await StartAsync();
        await device.Engine.DisposeAsync();
        int before = _memory.MeasureCount;
        _time.Advance(10 * MemoryGovernor.Interval);
        Assert.Equal(before, _memory.MeasureCount);
        Assert.Throws<ObjectDisposedException>(device.Engine.GetMemoryReport);
    }

    private async Task<TestDevice> StartAsync(
        Ordo.Sync.Transport.ISyncTransport? transport = null, long limit = FakeMemory.Limit, ResourceProfile? profile = null)
    {
        _device = new TestDevice(transport, _time, configure: sync =>
        {
            sync.Services.AddSingleton<IMemorySource>(_memory);
            sync.UseStructuredStore(_ => _store);
            sync.Configure(options => options.MemoryBytesMax = limit);
            sync.UseProfile(profile ?? ResourceProfile.Constrained);
        });
        await _device.Engine.OpenAsync();
        return _device;
    }
}
