using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Ordo.Sync.Simulation.Tests.Plans;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>
/// Whether the simulator would notice: each fault that <see cref="MutantCatalog"/> calls caught breaks a promise in some plan. It is caught
/// again from the seed that caught it first; the whole search begins at seed 1, with <see cref="CampaignSettings.MutantPlansVariable"/>
/// plans a fault, and takes in those that are not caught.
/// </summary>
public sealed partial class MutationTests(ITestOutputHelper output)
{
    private const int PlansInCi = 60;

    [Fact]
    public void Planted_faults_are_caught()
    {
        var engine = new MutatedEngine();
        int count = CampaignSettings.MutantPlans ?? CampaignSettings.Count ?? PlansInCi;
        List<string> survivors = [];
        bool isWhole = CampaignSettings.MutantPlans is not null;
        bool isReplay = CampaignSettings.Seed is not null;
        IReadOnlyCollection<string>? wanted = CampaignSettings.Mutants;
        foreach (string mutant in (isWhole || wanted is not null ? MutantNames() : MutantCatalog.Caught.Keys).Where(name => wanted?.Contains(name) != false))
        {
            PlanKind kind = CampaignSettings.Kind is not PlanKind.Plain and var asked ? asked : MutantCatalog.KindOf(mutant);
            ulong first = CampaignSettings.Seed ?? (isWhole && !MutantCatalog.IsRare(mutant) ? 1 : MutantCatalog.Caught.GetValueOrDefault(mutant, 1UL));
            long began = Stopwatch.GetTimestamp();
            if (engine.Hunt(mutant, first, count, kind, explains: isReplay) is { } caught)
            {
                string violation = isReplay ? caught.Violation : FirstLine(caught.Violation);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{mutant}: seed {caught.Seed}, {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s: {violation}"));
                Assert.Null(engine.Hunt(mutant: null, caught.Seed, count: 1, kind));
            }
            else
            {
                survivors.Add(mutant);
            }
        }

        Assert.Empty(isWhole ? survivors.Except(MutantCatalog.NotCaught) : survivors);
    }

    [Fact]
    public void At_least_twenty_faults_are_caught_and_the_others_are_named()
    {
        Assert.True(MutantCatalog.Caught.Count >= 20);
        Assert.Equal(
            MutantNames().Order(StringComparer.Ordinal),
            MutantCatalog.Caught.Keys.Concat(MutantCatalog.NotCaught).Order(StringComparer.Ordinal));
    }

    private static IReadOnlyList<string> MutantNames() =>
        [.. Names().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "mutants", "mutants.txt")))
            .Select(match => match.Groups[1].Value)
            .Distinct()];

    private static string FirstLine(string violation) => violation.Split(Environment.NewLine, 2)[0] is var line && line.Length > 160
        ? line[..160]
        : line;

    [GeneratedRegex("Mutants\\.Is\\(\"(\\w+)\"\\)")]
    private static partial Regex Names();
}
