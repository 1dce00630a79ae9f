using Ordo.Sync.Process.Tests.Processes;
using Ordo.Sync.Process.Tests.Stores;

namespace Ordo.Sync.Process.Tests;

/// <summary>All real assessment results, where ORDO_DATA says where they are; as many made-up ones as are quick, elsewhere.</summary>
public sealed class RealDataTests(ITestOutputHelper log)
{
    [Fact]
    public async Task All_results_travel_from_one_device_to_another_through_a_kill_of_either()
    {
        string? data = Environment.GetEnvironmentVariable("ORDO_DATA") is { Length: > 0 } folder ? folder : null;
        using var trial = new Trial(data, records: 20_000, pageKiB: 256);
        log.WriteLine(data is null
            ? $"ORDO_DATA is not set: {trial.Grades.Count:N0} made-up results"
            : $"ORDO_DATA is set: {trial.Grades.Count:N0} real results");
        HubProcess hub = await trial.StartHubAsync();
        using (CampusProcess device = trial.StartDevice("writer", hub.Address, imports: true))
        {
            await KillInSyncAsync(device, scopes: 4);
        }

        Holding writer = await trial.RunDeviceAsync("writer", hub.Address);
        using (CampusProcess device = trial.StartDevice("newcomer", hub.Address))
        {
            await KillInSyncAsync(device, scopes: 3);
        }

        Holding newcomer = await trial.RunDeviceAsync("newcomer", hub.Address);
        newcomer.AssertSameAs(writer);
        await hub.KillAsync();
        await Everywhere.AssertAllAsync(trial, "newcomer");
    }

    // So far into the sync that much has moved and much has not: each scope takes a page or more.
    private static async Task KillInSyncAsync(CampusProcess device, int scopes)
    {
        Assert.NotNull(await device.ReadToAsync("syncing"));
        for (int i = 0; i < scopes; i++)
        {
            Assert.NotNull(await device.ReadToAsync("progress"));
        }

        await device.KillAsync();
        Assert.DoesNotContain("converged", device.Output);
    }
}
