using System.Globalization;
using Ordo.Sync.Process.Tests.Processes;
using Ordo.Sync.Process.Tests.Stores;

namespace Ordo.Sync.Process.Tests;

/// <summary>A device dies while it writes.</summary>
public sealed class ImportKillTests(ITestOutputHelper log)
{
    [Fact]
    public async Task Every_batch_that_a_killed_import_reported_is_there_and_syncs()
    {
        using var trial = new Trial(data: null, records: 9_000, pageKiB: 64);
        HubProcess hub = await trial.StartHubAsync();
        var plan = new KillPlan(linesMax: 11, log);
        var devices = new List<string>();
        while (plan.IsUnfinished)
        {
            string name = $"writer-{devices.Count}";
            using CampusProcess device = trial.StartDevice(name, hub.Address, imports: true);
            bool isMoment = await plan.AwaitMomentAsync(device, "imported ");
            await device.KillAsync();
            if (!isMoment)
            {
                continue;
            }

            devices.Add(name);
            plan.Note(wasAtWork: !device.Output.Contains("imported"));
            await AssertReportedAsync(trial, device, trial.FileOf(name));
        }

        await SyncAllAsync(trial, hub, devices);
    }

    private async Task AssertReportedAsync(Trial trial, CampusProcess device, string file)
    {
        int reported = device.Output
            .Where(line => line.StartsWith("imported ", StringComparison.Ordinal))
            .Select(line => int.Parse(line["imported ".Length..], CultureInfo.InvariantCulture))
            .LastOrDefault();
        await StoreCheck.AssertSoundAsync(file);
        (long records, long pending) = await StoreCheck.AssertHoldsAsync(
            file, [.. trial.Grades.Take(reported)], trial.Scopes);
        log.WriteLine($"reported {reported}, holds {records}, waiting for the hub {pending}");
        Assert.Equal(records, pending);

        // The batch under way is there whole, where the kill came between its commit and the report, or not at all.
        await StoreCheck.AssertHoldsAsync(file, [.. trial.Grades.Take((int)records)], trial.Scopes);
        Assert.Contains(records, trial.BatchEnds);
        Assert.True(records <= reported + Trial.ImportBatchSize, $"{records} records, {reported} reported");
    }

    private static async Task SyncAllAsync(Trial trial, HubProcess hub, List<string> devices)
    {
        foreach (string device in devices)
        {
            await trial.RunDeviceAsync(device, hub.Address);
        }

        Holding reference = await trial.RunDeviceAsync("reference", hub.Address);
        foreach (string device in devices)
        {
            // Those who synced first learn only now what the later ones brought.
            (await trial.RunDeviceAsync(device, hub.Address)).AssertSameAs(reference);
        }

        await hub.KillAsync();
        await StoreCheck.AssertSoundAsync(trial.HubFile);
        (long records, _) = await StoreCheck.AssertHoldsAsync(
            trial.FileOf("reference"), [.. trial.Grades.Take(reference.RecordCount)], trial.Scopes);
        Assert.Equal(reference.RecordCount, records);
    }
}
