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

    private static int Setting(string name, int otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : otherwise;
}
