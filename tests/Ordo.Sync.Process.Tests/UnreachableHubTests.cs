using Ordo.Sync.Process.Tests.Processes;
using Ordo.Sync.Process.Tests.Stores;

namespace Ordo.Sync.Process.Tests;

/// <summary>The hub is not there when a device wants to sync.</summary>
public sealed class UnreachableHubTests
{
    [Fact]
    public async Task A_device_without_its_hub_says_so_keeps_its_writes_and_converges_later()
    {
        using var trial = new Trial(data: null, records: 5_000, pageKiB: 64);
        Uri address = HubProcess.AddressOfNone();
        using CampusProcess offline = trial.StartDevice("writer", address, imports: true);
        Assert.Equal(1, await offline.WaitAsync());
        Assert.StartsWith("Unreachable: No connection to the hub ", offline.Errors, StringComparison.Ordinal);
        Assert.Contains(address.ToString(), offline.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", offline.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("converged", offline.Output);
        Holding before = Holding.Of(offline);
        Assert.Equal(trial.Grades.Count, before.RecordCount);
        (_, long pending) = await StoreCheck.AssertHoldsAsync(trial.FileOf("writer"), trial.Grades, trial.Scopes);
        Assert.Equal(trial.Grades.Count, pending);

        HubProcess hub = await trial.StartHubAsync(address.Port);
        Holding after = await trial.RunDeviceAsync("writer", hub.Address);
        after.AssertSameAs(before);
        after.AssertSameAs(await trial.RunDeviceAsync("reference", hub.Address));
        await hub.KillAsync();
        await Everywhere.AssertAllAsync(trial, "writer", "reference");
    }
}
