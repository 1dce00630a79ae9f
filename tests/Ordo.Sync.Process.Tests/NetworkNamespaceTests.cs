using Ordo.Sync.Process.Tests.Network;
using Ordo.Sync.Process.Tests.Writers;

namespace Ordo.Sync.Process.Tests;

/// <summary>
/// <see cref="NetworkFaultTests"/> once more, on a network that the system itself makes slow and lossy. Where the system lets nobody make
/// one, or has no <c>tc</c>, the test says so and is skipped.
/// </summary>
public sealed class NetworkNamespaceTests(ITestOutputHelper log)
{
    [Fact]
    public async Task Where_the_system_drops_packets_and_limits_the_rate_nothing_acknowledged_is_lost_either()
    {
        string? whyNot = await NetworkNamespace.WhyNotAsync();
        Assert.SkipUnless(whyNot is null, whyNot ?? string.Empty);

        (int code, string said, long sent, long dropped) = await NetworkNamespace.RunInItAsync(
            [.. WriterProcess.Command, "-class", typeof(NetworkFaultTests).FullName!],
            new Dictionary<string, string>
            {
                ["ORDO_KILL_ROUNDS"] = Environment.GetEnvironmentVariable("ORDO_KILL_ROUNDS") ?? "1",
            });

        log.WriteLine($"{sent} packets sent, {dropped} dropped");
        Assert.True(code == 0, said);
        Assert.True(dropped > 0, $"No packet of {sent} was dropped.");
    }
}
