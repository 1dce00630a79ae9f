using Ordo.Sync.Testing.Simulation.Scheduling;

namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>Makes a plan of a seed around one kind of encounter, with some work before and after.</summary>
internal static class EncounterGenerator
{
    private static readonly StepKind[] Work =
        [StepKind.Edit, StepKind.Edit, StepKind.Burst, StepKind.Sync, StepKind.BeginSync, StepKind.Pass];

    private static readonly StepKind[] All =
        [StepKind.SharedFill, StepKind.SpreadAhead, StepKind.LateRefusal, StepKind.LatePages];

    private static readonly StepKind[] AmongPeers = [StepKind.SharedFill, StepKind.SpreadAhead];

    public static Plan Generate(ulong seed, int sqliteOneIn = 0)
    {
        // Not the world's own numbers: those begin with the same seed.
        var random = new SimulationRandom(seed * 0xB5026F5AA96619E9 + 1);
        StepKind encounter = random.Pick(All);
        List<StepKind> kinds = [];
        for (int i = 4 + random.Next(8); i > 0; i--)
        {
            kinds.Add(random.Pick(Work));
        }

        for (int i = 1 + random.Next(2); i > 0; i--)
        {
            kinds.Insert(random.Next(kinds.Count + 1), encounter);
        }

        if (encounter == StepKind.SharedFill)
        {
            // Where nobody has synced yet.
            kinds.Insert(0, encounter);
        }

        return new Plan(
            seed,
            AmongPeers.Contains(encounter) ? Topology.Peers : Topology.OneHub,
            Devices: 3 + random.Next(2),
            [.. kinds.Select((kind, number) => new Step(number, kind, random.Next(16), random.Next(1000)))])
        {
            Keys = 1 + random.Next(2),

            // What was added to a counter or a text is there twice then: docs/internals/simulation.md, "Open".
            CardEditorsMax = encounter == StepKind.SharedFill ? 0 : null,
            OnSqlite = sqliteOneIn > 0 && random.Next(sqliteOneIn) == 0,
        };
    }
}
