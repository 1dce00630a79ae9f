using Ordo.Sync.Simulation.Tests.Plans;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>Looks for a plan that catches the fault that is awake. Called in the context of the mutated engine.</summary>
internal static class MutantHunt
{
    /// <summary>Runs plans one after the other, of the <see cref="PlanKind"/> given by number: its type is another here. Returns the seed and the violation of the first that fails.</summary>
    /// <param name="firstSeed">The first seed.</param>
    /// <param name="count">How many plans.</param>
    /// <param name="kind">What seeds are made into.</param>
    /// <param name="mutant">The fault that is awake, for the command that replays it; null where the violation alone will do.</param>
    public static (ulong Seed, string Violation)? Run(ulong firstSeed, int count, int kind, string? mutant)
    {
        var campaign = new Campaign(sqliteOneIn: 0, kind: (PlanKind)kind, mutant: mutant);
        return campaign.Run(firstSeed, count) is [var failure, ..]
            ? (failure.Plan.Seed, mutant is null ? failure.Violation : campaign.Explain(failure))
            : null;
    }
}
