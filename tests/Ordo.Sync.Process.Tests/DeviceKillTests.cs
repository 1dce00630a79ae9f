using Ordo.Sync.Process.Tests.Processes;
using Ordo.Sync.Process.Tests.Stores;

namespace Ordo.Sync.Process.Tests;

/// <summary>A device dies while it syncs.</summary>
public sealed class DeviceKillTests(ITestOutputHelper log)
{
    private const int Records = 4_000;
    private const int PageKiB = 16;

    [Fact]
    public async Task A_device_killed_while_it_pushes_an_import_converges_when_started_again()
    {
        using var trial = new Trial(data: null, Records, PageKiB);
        HubProcess hub = await trial.StartHubAsync();
        var plan = new KillPlan(linesMax: 18, log);
        bool imports = true;
        while (plan.IsUnfinished)
        {
            using CampusProcess device = trial.StartDevice("writer", hub.Address, imports);
            await device.ReadToAsync("syncing");
            bool isMoment = await plan.AwaitMomentAsync(device);
            await device.KillAsync();

            // What was pushed in full has nothing left to kill: every grade is written again, as a new version.
            imports = device.Output.Contains("converged");
            if (isMoment)
            {
                plan.Note(wasAtWork: !imports);
            }
        }

        Holding writer = await trial.RunDeviceAsync("writer", hub.Address);
        Holding reference = await trial.RunDeviceAsync("reference", hub.Address);
        writer.AssertSameAs(reference);
        await hub.KillAsync();
        await Everywhere.AssertAllAsync(trial, "writer", "reference");
    }

    [Fact]
    public async Task A_new_device_killed_in_its_first_sync_converges_when_started_again()
    {
        using var trial = new Trial(data: null, Records, PageKiB);
        HubProcess hub = await trial.StartHubAsync();
        Holding writer = await trial.RunDeviceAsync("writer", hub.Address, imports: true);
        var plan = new KillPlan(linesMax: 18, log);
        int generation = 0;
        while (plan.IsUnfinished)
        {
            using CampusProcess device = trial.StartDevice($"newcomer-{generation}", hub.Address);
            await device.ReadToAsync("syncing");
            bool isMoment = await plan.AwaitMomentAsync(device);
            await device.KillAsync();
            bool hasConverged = device.Output.Contains("converged");
            if (isMoment)
            {
                plan.Note(wasAtWork: !hasConverged);
            }

            generation += hasConverged ? 1 : 0;
        }

        Holding newcomer = await trial.RunDeviceAsync($"newcomer-{generation}", hub.Address);
        newcomer.AssertSameAs(writer);
        await hub.KillAsync();
        await Everywhere.AssertAllAsync(trial, $"newcomer-{generation}");
    }

    [Fact]
    public async Task A_device_killed_while_it_pulls_what_others_changed_converges_when_started_again()
    {
        using var trial = new Trial(data: null, Records, PageKiB);
        HubProcess hub = await trial.StartHubAsync();
        await trial.RunDeviceAsync("writer", hub.Address, imports: true);
        await trial.RunDeviceAsync("reader", hub.Address);
        var plan = new KillPlan(linesMax: 18, log);
        bool changes = true;
        while (plan.IsUnfinished)
        {
            if (changes)
            {
                await trial.RunDeviceAsync("writer", hub.Address, imports: true);
            }

            using CampusProcess device = trial.StartDevice("reader", hub.Address);
            await device.ReadToAsync("syncing");
            bool isMoment = await plan.AwaitMomentAsync(device);
            await device.KillAsync();
            changes = device.Output.Contains("converged");
            if (isMoment)
            {
                plan.Note(wasAtWork: !changes);
            }
        }

        Holding reader = await trial.RunDeviceAsync("reader", hub.Address);
        reader.AssertSameAs(await trial.RunDeviceAsync("writer", hub.Address));
        await hub.KillAsync();
        await Everywhere.AssertAllAsync(trial, "reader");
    }
}
