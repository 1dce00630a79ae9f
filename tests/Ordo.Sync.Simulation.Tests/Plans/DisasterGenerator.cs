using Ordo.Sync.Testing.Simulation.Scheduling;

namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>Makes a plan of a seed around one kind of disaster, with some work before and after.</summary>
internal static class DisasterGenerator
{
    private static readonly StepKind[] Work =
        [StepKind.Edit, StepKind.Edit, StepKind.Burst, StepKind.Sync, StepKind.BeginSync, StepKind.Pass];

    private static readonly StepKind[] AtFirst = [StepKind.Detour, StepKind.BrokenFill];
    private static readonly StepKind[] AmongPeers = [StepKind.Rumor, .. AtFirst];
    private static readonly StepKind[] Anywhere = [StepKind.Blackout, StepKind.FailedFlush];

    private static readonly StepKind[] AtHub = [StepKind.FarAhead, StepKind.LateChange];

    private static readonly StepKind[] All = [StepKind.Rumor, .. Anywhere, .. AtHub];

    public static Plan Generate(ulong seed, int sqliteOneIn = 0)
    {
        // Not the world's own numbers: those begin with the same seed.
        var random = new SimulationRandom(seed * 0x9E6C63D0876A9A47 + 1);
        StepKind disaster = random.Pick(All);

        // From numbers of its own, so that what else a seed means stays.
        var others = new SimulationRandom(seed * 0xA24BAED4963EE407 + 1);
        disaster = others.Next(8) == 0 ? StepKind.Detour : others.Next(8) == 0 ? StepKind.BrokenFill : disaster;
        Topology topology = AmongPeers.Contains(disaster) ? Topology.Peers
            : Anywhere.Contains(disaster) && random.Next(2) == 0 ? Topology.Peers
            : Topology.OneHub;
        List<StepKind> kinds = [];
        for (int i = 4 + random.Next(12); i > 0; i--)
        {
            kinds.Add(random.Pick(Work));
        }

        for (int i = 1 + random.Next(3); i > 0; i--)
        {
            kinds.Insert(random.Next(kinds.Count + 1), disaster);
        }

        if (AtFirst.Contains(disaster))
        {
            kinds.Insert(0, disaster);
        }

        return new Plan(
            seed,
            topology,
            Devices: Math.Max(2 + random.Next(3), AtFirst.Contains(disaster) ? 3 : 2),
            [.. kinds.Select((kind, number) => new Step(number, kind, random.Next(16), random.Next(1000)))])
        {
            Keys = disaster == StepKind.LateChange ? 1 : 1 + random.Next(3),
            OnSqlite = sqliteOneIn > 0 && random.Next(sqliteOneIn) == 0,
        };
    }
}
