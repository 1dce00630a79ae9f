using Ordo.Sync.Model.Tests.Rules;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.World;

namespace Ordo.Sync.Model.Tests;

public sealed class MutationTests(ITestOutputHelper output)
{
    public static TheoryData<RuleMutation> Caught =>
        [.. MutationCatalog.Caught.Keys.Where(name => ModelSettings.Mutation is not { } only || $"{name}" == only)];

    public static TheoryData<RuleMutation> NotCaught => [.. MutationCatalog.NotCaught.Keys];

    [Theory]
    [MemberData(nameof(Caught))]
    public void Breaking_a_rule_is_caught(RuleMutation mutation)
    {
        MutationCase found = MutationCatalog.Caught[mutation];
        string profile = ModelSettings.Profile ?? found.Profile;
        var broken = new Campaign(mutation, profile);

        Failure? failure = ModelSettings.Schedules is null && found.HandMade is { } schedule
            ? broken.Run(schedule)
            : broken.Run(ModelSettings.Seed ?? found.FirstSeed, ModelSettings.Schedules ?? found.SchedulesMax);

        Assert.True(failure is not null, $"{mutation} was not caught in profile {profile}.");
        output.WriteLine($"## {mutation} {profile} {failure.SchedulesRun}\n{broken.Explain(failure)}");
        var unbroken = new Campaign(RuleMutation.None, profile);
        Assert.Null(unbroken.ViolationOf(failure.Schedule));
    }

    /// <summary>Keeps the list honest: a mutation that the model has come to catch belongs among the caught ones.</summary>
    [Theory]
    [MemberData(nameof(NotCaught))]
    public void A_mutation_listed_as_not_caught_passes_every_profile(RuleMutation mutation)
    {
        foreach (string profile in ScheduleProfiles.All.Keys)
        {
            var campaign = new Campaign(mutation, profile);
            Failure? failure = campaign.Run(ModelSettings.Seed ?? 1, ModelSettings.Schedules ?? 1_000);
            Assert.True(failure is null, failure is null ? "" : campaign.Explain(failure));
        }
    }

    [Fact]
    public void Every_mutation_is_either_caught_or_listed_with_its_reason()
    {
        IEnumerable<RuleMutation> listed = MutationCatalog.Caught.Keys.Concat(MutationCatalog.NotCaught.Keys);

        Assert.Equal(Enum.GetValues<RuleMutation>().Where(mutation => mutation != RuleMutation.None), listed.Order());
    }
}
