using System.Globalization;
using Ordo.Sync.Conflicts;

namespace Ordo.Sync.Core.Tests.Engine.Generations;

/// <summary>A compaction changes nothing that anybody can see.</summary>
public sealed class GenerationProperties
{
    private const string SeedsVariable = "ORDO_GENERATION_SEEDS";

    public static TheoryData<ConflictStrategy> Strategies => new(
        ConflictStrategy.LastWriteWins,
        ConflictStrategy.AcademicRecord,
        ConflictStrategy.MergePreservingHistory);

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task What_is_read_in_the_end_is_the_same_with_compactions_and_without(ConflictStrategy strategy)
    {
        int seeds = int.Parse(Environment.GetEnvironmentVariable(SeedsVariable) ?? "3", CultureInfo.InvariantCulture);
        (int compactions, int adoptions) = (0, 0);
        for (int seed = 0; seed < seeds; seed++)
        {
            await using TwinWorld plain = await TwinWorld.PlayAsync(seed, strategy, compacts: false, steps: 120);
            await using TwinWorld compacted = await TwinWorld.PlayAsync(seed, strategy, compacts: true, steps: 120);
            IReadOnlyList<string> expected = await plain.SettleAsync();
            IReadOnlyList<string> found = await compacted.SettleAsync();
            Assert.True(
                expected.SequenceEqual(found),
                $"Seed {seed}:\n{string.Join('\n', expected.Zip(found).Where(pair => pair.First != pair.Second))}");
            compactions += compacted.CompactionCount;
            adoptions += compacted.AdoptionCount;
        }

        Assert.True(compactions > 0 && adoptions > 0, "No schedule compacted anything.");
    }
}
