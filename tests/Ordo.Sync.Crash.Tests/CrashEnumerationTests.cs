using System.Globalization;
using Ordo.Sync.Crash.Tests.Campaigns;

namespace Ordo.Sync.Crash.Tests;

/// <summary>
/// A store is crashed after every effect on its disk. <c>ORDO_CRASH_IMAGES</c> and <c>ORDO_CRASH_SEED</c> make it a campaign:
/// docs/internals/crash-enumeration.md.
/// </summary>
public sealed class CrashEnumerationTests(ITestOutputHelper output)
{
    private const int Steps = 60;

    private static readonly int ImagesMax = Setting("ORDO_CRASH_IMAGES", 2500);
    private static readonly int FirstSeed = Setting("ORDO_CRASH_SEED", 1);

    [Fact]
    public async Task Whatever_a_crash_leaves_of_a_store_is_one_of_its_commits_and_none_that_was_acknowledged_is_missing()
    {
        bool isCampaign = Environment.GetEnvironmentVariable("ORDO_CRASH_IMAGES") is not null;
        var campaign = new CrashCampaign { FailureFolder = Environment.GetEnvironmentVariable("ORDO_CRASH_FAILURES") };
        for (int seed = FirstSeed; campaign.Tally.Images < ImagesMax; seed++)
        {
            string? fault = await campaign.RunAsync(seed, Steps, isCampaign ? 1 : 17, ImagesMax);
            Assert.True(fault is null, fault);
            if (isCampaign)
            {
                output.WriteLine($"seed {seed}: {campaign.Tally}");
            }
        }

        output.WriteLine(campaign.Tally.ToString());
        Assert.True(campaign.Tally.Syncs > 0, "No image was synced.");
    }

    [Fact]
    public async Task Writes_that_are_flushed_beside_the_next_ones_are_there_once_they_are_acknowledged_and_before_a_peer_has_them()
    {
        var campaign = new CrashCampaign
        {
            Writers = 16,
            SyncEvery = 4,
            FailureFolder = Environment.GetEnvironmentVariable("ORDO_CRASH_FAILURES"),
        };
        int imagesMax = ImagesMax / 5;
        for (int seed = FirstSeed; campaign.Tally.Images < imagesMax; seed++)
        {
            string? fault = await campaign.RunAsync(seed, steps: 8, stride: 3, imagesMax);
            Assert.True(fault is null, fault);
        }

        output.WriteLine(campaign.Tally.ToString());
        Assert.True(campaign.Tally.Syncs > 0, "No image was synced.");
    }

    [Fact]
    public async Task A_flush_beside_the_writer_that_does_not_reach_the_disk_is_noticed()
    {
        var campaign = new CrashCampaign { Writers = 16, FlushesLog = false, SyncEvery = int.MaxValue };
        string? fault = null;
        for (int seed = 1; seed <= 3 && fault is null; seed++)
        {
            fault = await campaign.RunAsync(seed, steps: 8, stride: 3, imagesMax: 3000);
        }

        Assert.Contains("could be the last one", fault, StringComparison.Ordinal);
    }

    private static int Setting(string name, int otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : otherwise;
}
