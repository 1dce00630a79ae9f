using Ordo.Sync.Testing.Simulation.Scheduling;

namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>Makes a plan of a seed around new generations of scopes, with work and trouble of other kinds between.</summary>
internal static class CompactionGenerator
{
    private static readonly StepKind[] Work =
        [StepKind.Edit, StepKind.Edit, StepKind.Edit, StepKind.Burst, StepKind.Sync, StepKind.Sync, StepKind.BeginSync, StepKind.Pass];

    private static readonly StepKind[][] Troubles =
    [
        [],
        [StepKind.Storm, StepKind.Calm],
        [StepKind.Cut, StepKind.Heal],
        [StepKind.Crash, StepKind.Restart],
        [StepKind.PowerCut, StepKind.Restart, StepKind.DiskError],
        [StepKind.Subscription],
        [StepKind.Collect],
        [StepKind.Background, StepKind.Storm, StepKind.Calm],
    ];

    private static readonly StepKind[] Generations = [StepKind.Compact, StepKind.CompactMidway, StepKind.CompactUnheard];

    public static Plan Generate(ulong seed, int sqliteOneIn = 0)
    {
        // Not the world's own numbers: those begin with the same seed.
        var random = new SimulationRandom(seed * 0xD1342543DE82EF95 + 1);
        Topology topology = random.Next(5) == 0 ? Topology.TwoHubs : Topology.OneHub;

        // Of several versions that one of two hubs states anew when both have forgotten deletes, the commit does not show which is which.
        IReadOnlyList<StepKind[]> troubles = topology == Topology.TwoHubs
            ? [.. Troubles.Where(trouble => !trouble.Contains(StepKind.Collect))]
            : Troubles;
        List<StepKind> kinds = [.. Work, StepKind.Read, .. random.Pick(troubles), .. random.Pick(troubles)];
        if (topology == Topology.TwoHubs)
        {
            kinds.AddRange([StepKind.HubSync, StepKind.HubSync]);
        }

        List<StepKind> steps = [];
        for (int i = 12 + random.Next(24); i > 0; i--)
        {
            steps.Add(random.Pick(kinds));
        }

        // When most have written and synced: before there is nothing to fold.
        for (int i = 1 + random.Next(3); i > 0; i--)
        {
            steps.Insert((steps.Count / 3) + random.Next((2 * steps.Count / 3) + 1), random.Pick(Generations));
        }

        return new Plan(
            seed,
            topology,
            Devices: 2 + random.Next(3),
            [.. steps.Select((kind, number) => new Step(number, kind, random.Next(16), random.Next(1000)))])
        {
            Keys = 1 + random.Next(3),
            PaddingMax = random.Next(4) == 0 ? 12_000 : 0,
            CardEditorsMax = 1 + random.Next(2),
            OnSqlite = sqliteOneIn > 0 && random.Next(sqliteOneIn) == 0,
        };
    }
}
