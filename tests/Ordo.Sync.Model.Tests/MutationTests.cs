using Ordo.Sync.Model.Tests.Rules;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.World;

namespace Ordo.Sync.Model.Tests;

public sealed class MutationTests(ITestOutputHelper output)
{
    public static TheoryData<RuleMutation> All => [.. Enum.GetValues<RuleMutation>().Where(m => m != RuleMutation.None && (ModelSettings.Only == null || ModelSettings.Only.Contains(m.ToString())))];

    [Theory]
    [MemberData(nameof(All))]
    public void Breaking_a_rule_is_caught(RuleMutation mutation)
    {
        var campaign = new Campaign(mutation, ModelSettings.Profile);
        Failure? failure = campaign.Run(ModelSettings.Seed, ModelSettings.Schedules ?? 20_000);
        output.WriteLine(failure is null ? $"## {mutation} NOT CAUGHT" : $"## {mutation} {failure.SchedulesRun} {failure.Violation}");
        Assert.NotNull(failure);
        output.WriteLine(campaign.Explain(failure));
    }
}
