using Ordo.Sync.Simulation.Tests.Plans;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>Looks for a plan that catches the fault that is awake. Called in the context of the mutated engine.</summary>
internal static class MutantHunt
{
    /// <summary>Runs plans one after the other, of the <see cref="PlanKind"/> given by number: its type is another here. Returns the seed and the violation of the first that fails.</summary>
    public static (ulong Seed, string Violation)? Run(ulong firstSeed, int count, int kind)
    {
        IReadOnlyList<Failure> failures = new Campaign(sqliteOneIn: 0, kind: (PlanKind)kind).Run(firstSeed, count);
        return failures is [var failure, ..] ? (failure.Plan.Seed, failure.Violation) : null;
    }
}
