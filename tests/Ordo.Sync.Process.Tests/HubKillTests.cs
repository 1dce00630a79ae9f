using Ordo.Sync.Process.Tests.Processes;
using Ordo.Sync.Process.Tests.Stores;

namespace Ordo.Sync.Process.Tests;

/// <summary>The hub dies while devices sync, and comes back on the same file and port.</summary>
public sealed class HubKillTests(ITestOutputHelper log)
{
    private const int Records = 4_000;
    private const int PageKiB = 16;
    private const int Attempts = 10_000;

    [Fact]
    public async Task A_hub_killed_while_a_device_pushes_loses_nothing_and_the_device_goes_on()
    {
        using var trial = new Trial(data: null, Records, PageKiB);
        HubProcess hub = await trial.StartHubAsync();
        var plan = new KillPlan(linesMax: 18, log);
        while (plan.IsUnfinished)
        {
            // One process through as many kills as it lives to see; it tries again by itself.
            using CampusProcess device = trial.StartDevice("writer", hub.Address, imports: true, Attempts);
            await KillHubUnderAsync(device, hub, plan);
            await device.SucceedAsync();
        }

        Holding writer = await trial.RunDeviceAsync("writer", hub.Address);
        Holding reference = await trial.RunDeviceAsync("reference", hub.Address);
        writer.AssertSameAs(reference);
        await hub.KillAsync();
        await Everywhere.AssertAllAsync(trial, "writer", "reference");
    }

    [Fact]
    public async Task A_hub_killed_while_a_new_device_fills_loses_nothing_and_the_device_goes_on()
    {
        using var trial = new Trial(data: null, Records, PageKiB);
        HubProcess hub = await trial.StartHubAsync();
        Holding writer = await trial.RunDeviceAsync("writer", hub.Address, imports: true);
        var plan = new KillPlan(linesMax: 18, log);
        var newcomers = new List<string>();
        while (plan.IsUnfinished)
        {
            newcomers.Add($"newcomer-{newcomers.Count}");
            using CampusProcess device = trial.StartDevice(newcomers[^1], hub.Address, imports: false, Attempts);
            await KillHubUnderAsync(device, hub, plan);
            await device.SucceedAsync();
            Holding.Of(device).AssertSameAs(writer);
        }

        await hub.KillAsync();
        await Everywhere.AssertAllAsync(trial, [.. newcomers]);
    }

    private static async Task KillHubUnderAsync(CampusProcess device, HubProcess hub, KillPlan plan)
    {
        await device.ReadToAsync("syncing");
        while (plan.IsUnfinished && await plan.AwaitMomentAsync(device))
        {
            await hub.KillAsync();
            plan.Note(wasAtWork: !device.Output.Contains("converged"));
            await hub.StartAgainAsync();
        }
    }
}
