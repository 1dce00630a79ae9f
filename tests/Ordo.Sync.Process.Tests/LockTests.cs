using Ordo.Sync.Process.Tests.Processes;
using Ordo.Sync.Process.Tests.Stores;

namespace Ordo.Sync.Process.Tests;

/// <summary>Two processes meet on one file.</summary>
public sealed class LockTests
{
    [Fact]
    public async Task A_second_device_on_a_file_is_refused_and_the_first_goes_on()
    {
        using var trial = new Trial(data: null, records: 2_000, pageKiB: 16);
        Uri address = HubProcess.AddressOfNone();

        // Nobody answers yet, so the first keeps its file open and tries again, for as long as it takes.
        using CampusProcess first = trial.StartDevice("shared", address, imports: true, attempts: 10_000);
        Assert.NotNull(await first.ReadToAsync("syncing"));
        using CampusProcess second = trial.StartDevice("shared", address, imports: true);
        Assert.Equal(1, await second.WaitAsync());
        Assert.StartsWith("StoreLocked: ", second.Errors, StringComparison.Ordinal);
        Assert.Contains(trial.FileOf("shared"), second.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Errors, StringComparison.Ordinal);
        Assert.Empty(second.Output);

        HubProcess hub = await trial.StartHubAsync(address.Port);
        await first.SucceedAsync();
        Holding.Of(first).AssertSameAs(await trial.RunDeviceAsync("reference", hub.Address));
        await hub.KillAsync();
        await Everywhere.AssertAllAsync(trial, "shared", "reference");
    }

    [Fact]
    public async Task A_second_hub_on_a_file_is_refused_and_the_first_goes_on()
    {
        using var trial = new Trial(data: null, records: 2_000, pageKiB: 16);
        HubProcess hub = await trial.StartHubAsync();
        using CampusProcess second = trial.Start("hub", "--file", trial.HubFile);
        Assert.Equal(1, await second.WaitAsync());

        // Before or after what the hub logs: its logger writes on a thread of its own.
        Assert.Contains(
            second.Errors.Split('\n'), line => line.StartsWith("StoreLocked: ", StringComparison.Ordinal));
        Assert.Empty(second.Output);

        Holding writer = await trial.RunDeviceAsync("writer", hub.Address, imports: true);
        Assert.Equal(trial.Grades.Count, writer.RecordCount);
    }

    [Fact]
    public async Task A_killed_process_leaves_no_lock_behind()
    {
        using var trial = new Trial(data: null, records: 2_000, pageKiB: 16);
        using CampusProcess first = trial.StartDevice("shared", HubProcess.AddressOfNone(), imports: true, attempts: 10_000);
        Assert.NotNull(await first.ReadToAsync("syncing"));
        await first.KillAsync();
        HubProcess hub = await trial.StartHubAsync();
        Assert.Equal(trial.Grades.Count, (await trial.RunDeviceAsync("shared", hub.Address)).RecordCount);
    }
}
