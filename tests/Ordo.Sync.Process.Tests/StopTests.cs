using Ordo.Sync.Process.Tests.Network;
using Ordo.Sync.Process.Tests.Processes;

namespace Ordo.Sync.Process.Tests;

/// <summary>Ctrl+C.</summary>
public sealed class StopTests
{
    private const string WhyNot = "Who started these tests ignores interrupts, and with that all that they start.";

    [Fact]
    public async Task A_run_that_is_interrupted_ends_at_once_and_leaves_nothing_behind()
    {
        Assert.SkipWhen(Signals.IsIgnored(Signals.Interrupt), WhyNot);
        using CampusProcess run = CampusProcess.Start("--records", "300000");
        Assert.NotNull(await run.ReadToAsync("Ordo.Sync"));
        string folder = Path.Combine(Path.GetTempPath(), $"ordo-campus-{run.Id}");
        Assert.True(Directory.Exists(folder));

        Signals.Send(run.Id, Signals.Interrupt);
        Assert.Equal(130, await run.WaitAsync());
        Assert.Equal("Stopped.", run.Errors.Trim());
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_device_that_waits_for_its_hub_ends_at_once()
    {
        Assert.SkipWhen(Signals.IsIgnored(Signals.Interrupt), WhyNot);
        using var trial = new Trial(data: null, records: 100, pageKiB: 16);
        using CampusProcess device = trial.StartDevice("lonely", HubProcess.AddressOfNone(), imports: true, attempts: 10_000);
        Assert.NotNull(await device.ReadToAsync("syncing"));
        Signals.Send(device.Id, Signals.Interrupt);
        Assert.Equal(130, await device.WaitAsync());
        Assert.DoesNotContain("   at ", device.Errors, StringComparison.Ordinal);
    }
}
