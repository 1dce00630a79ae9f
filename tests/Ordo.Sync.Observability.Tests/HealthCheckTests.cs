using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Diagnostics;
using Ordo.Sync.Observability.Tests.Hosting;

namespace Ordo.Sync.Observability.Tests;

public sealed class HealthCheckTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_device_that_is_not_open_is_unhealthy_and_one_that_is_healthy()
    {
        await using var device = new ObservedDevice(_folder.File("device.db"), hub: null);
        Assert.Equal(HealthStatus.Unhealthy, (await device.CheckAsync()).Status);

        await device.Engine.OpenAsync();
        HealthReportEntry entry = await device.CheckAsync();
        Assert.Equal(HealthStatus.Healthy, entry.Status);
        Assert.Equal(0L, entry.Data["pendingCount"]);
    }

    [Fact]
    public async Task Writes_that_wait_degrade_a_device_and_then_make_it_unhealthy()
    {
        await using var device = new ObservedDevice(_folder.File("device.db"), hub: null, _time);
        await device.Notes.PutAsync("1", new Note { Text = "waits" });
        Assert.Equal(HealthStatus.Healthy, (await device.CheckAsync()).Status);

        _time.Advance(TimeSpan.FromHours(2));
        HealthReportEntry entry = await device.CheckAsync();
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Contains("02:00:00", entry.Description, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(HealthStatus.Unhealthy, (await device.CheckAsync()).Status);
    }

    [Fact]
    public async Task The_number_of_writes_that_wait_has_a_threshold()
    {
        await using var device = new ObservedDevice(
            _folder.File("device.db"), hub: null, limits: limits => limits.PendingCount = new Threshold<long>(1, 2));
        await device.Notes.PutAsync("1", new Note());
        Assert.Equal(HealthStatus.Degraded, (await device.CheckAsync()).Status);
        await device.Notes.PutAsync("2", new Note());
        Assert.Equal(HealthStatus.Unhealthy, (await device.CheckAsync()).Status);
    }

    [Fact]
    public async Task Failed_syncs_degrade_a_device_but_being_offline_only_where_that_counts()
    {
        await using ObservedHub hub = await ObservedHub.StartAsync(_folder.File("hub.db"));
        var nothing = new Uri(hub.Address, "/nothing");
        await using var misled = new ObservedDevice(
            _folder.File("misled.db"), nothing, limits: limits => limits.FailuresInARow = new Threshold<int>(1, 9));
        await misled.Engine.SyncAsync();
        HealthReportEntry entry = await misled.CheckAsync();
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Contains("NotFound", entry.Description, StringComparison.Ordinal);

        Uri address = hub.Address;
        await hub.DisposeAsync();
        await using var patient = new ObservedDevice(
            _folder.File("patient.db"), address, limits: limits => limits.FailuresInARow = new Threshold<int>(1, 9));
        await using var strict = new ObservedDevice(_folder.File("strict.db"), address, limits: limits =>
        {
            limits.FailuresInARow = new Threshold<int>(1, 9);
            limits.CountsOffline = true;
        });
        await patient.Engine.SyncAsync();
        await strict.Engine.SyncAsync();
        Assert.Equal(HealthStatus.Healthy, (await patient.CheckAsync()).Status);
        Assert.Equal(HealthStatus.Degraded, (await strict.CheckAsync()).Status);
    }

    [Fact]
    public async Task A_clock_that_is_wrong_and_a_disk_that_is_full_are_seen()
    {
        await using ObservedHub hub = await ObservedHub.StartAsync(_folder.File("hub.db"));
        await using var device = new ObservedDevice(_folder.File("device.db"), hub.Address, _time);
        (await device.Engine.SyncAsync()).ThrowIfFailed();
        HealthReportEntry entry = await device.CheckAsync();
        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Contains("clock", entry.Description, StringComparison.Ordinal);

        await using var full = new ObservedDevice(
            _folder.File("full.db"), hub: null, limits: limits => limits.FreeBytes = new Threshold<long>(long.MaxValue, 0));
        await full.Engine.OpenAsync();
        Assert.Equal(HealthStatus.Degraded, (await full.CheckAsync()).Status);
    }

    [Fact]
    public async Task A_damaged_store_is_found_at_the_interval_and_not_before()
    {
        await using var device = new ObservedDevice(
            _folder.File("device.db"), hub: null, _time, limits: limits =>
            {
                limits.VerifyStoresEvery = TimeSpan.FromDays(1);
                limits.PendingAge = null;
            });
        await device.Notes.PutAsync("1", new Note { Text = "to be lost" });
        Assert.Equal(HealthStatus.Healthy, (await device.CheckAsync()).Status);

        // Behind the store's back, as a stray tool would: a record of nobody.
        await PlainSql.RunAsync(_folder.File("device.db"), "UPDATE notes SET _author = 77, _dot = 99 << 44");
        Assert.Equal(HealthStatus.Healthy, (await device.CheckAsync()).Status);
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(HealthStatus.Unhealthy, (await device.CheckAsync()).Status);
    }

    [Fact]
    public async Task A_hub_answers_for_its_health()
    {
        await using ObservedHub hub = await ObservedHub.StartAsync(_folder.File("hub.db"));
        Assert.Equal("Healthy", await hub.HealthAsync());
        HealthReport report = await hub.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        HealthReportEntry entry = Assert.Single(report.Entries).Value;
        Assert.True((long)entry.Data["storeBytes"] > 0);
        Assert.Equal(0, entry.Data["liveConnections"]);
    }

    [Fact]
    public async Task A_hub_whose_disk_is_full_is_unhealthy()
    {
        await using ObservedHub hub = await ObservedHub.StartAsync(
            _folder.File("hub.db"),
            builder => builder.Services.AddHealthChecks().AddOrdoSyncHub(
                limits => limits.FreeBytes = new Threshold<long>(long.MaxValue, long.MaxValue), name: "disk"));
        HealthReport report = await hub.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal(HealthStatus.Unhealthy, report.Entries["disk"].Status);
        Assert.Equal(HealthStatus.Healthy, report.Entries["ordo-sync-hub"].Status);
    }

    public void Dispose() => _folder.Dispose();
}
