using Ordo.Sync.Testing.Simulation.Scheduling;

namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>Makes a plan of a seed around what happens to whole stores, with some trouble of other kinds between.</summary>
internal static class UpheavalGenerator
{
    private static readonly StepKind[] Work =
        [StepKind.Edit, StepKind.Edit, StepKind.Edit, StepKind.Burst, StepKind.Sync, StepKind.BeginSync, StepKind.Pass];

    private static readonly StepKind[][] Troubles =
    [
        [],
        [StepKind.Storm, StepKind.Calm],
        [StepKind.Cut, StepKind.Heal],
        [StepKind.Crash, StepKind.Restart],
        [StepKind.PowerCut, StepKind.Restart],
        [StepKind.Upgrade],
        [StepKind.Background, StepKind.Storm, StepKind.Calm],
        [StepKind.Background, StepKind.Cut, StepKind.Heal],
    ];

    private static readonly StepKind[][] WithHub =
    [
        [StepKind.BackUp, StepKind.RestoreDevice],
        [StepKind.BackUp, StepKind.RestoreHub],
        [StepKind.Clone],
        [StepKind.Collect, StepKind.Pass, StepKind.Collect],
    ];

    // Where there is no hub, or another one, nothing tells a copy from its original before both have met those who heard the other.
    private static readonly StepKind[][] Elsewhere = [[StepKind.BackUp, StepKind.RestoreDevice], [StepKind.Clone]];

    public static Plan Generate(ulong seed, int sqliteOneIn = 0)
    {
        // Not the world's own numbers: those begin with the same seed.
        var random = new SimulationRandom(seed * 0xC2B2AE3D27D4EB4F + 1);
        Topology topology = random.Next(5) switch { 0 => Topology.TwoHubs, 1 => Topology.Peers, _ => Topology.OneHub };
        StepKind[] upheaval = random.Pick(topology == Topology.OneHub ? WithHub : Elsewhere);
        List<StepKind> kinds = [.. Work, .. Work, StepKind.Read, StepKind.Read, .. random.Pick(Troubles)];
        if (topology == Topology.TwoHubs)
        {
            kinds.Add(StepKind.HubSync);
        }

        List<StepKind> steps = [];
        for (int i = 12 + random.Next(30); i > 0; i--)
        {
            steps.Add(random.Pick(kinds));
        }

        // In their order, at moments of their own, once to three times.
        for (int i = 1 + random.Next(3); i > 0; i--)
        {
            int at = random.Next(steps.Count - 4);
            foreach (StepKind kind in upheaval)
            {
                steps.Insert(at, kind);
                at += 1 + random.Next(steps.Count - at);
            }
        }

        return new Plan(
            seed,
            topology,
            Devices: topology == Topology.Peers ? 2 + random.Next(2) : 1 + random.Next(3),
            [.. steps.Select((kind, number) => new Step(number, kind, random.Next(16), random.Next(1000)))])
        {
            Keys = 1 + random.Next(3),
            PaddingMax = random.Next(4) == 0 ? 30_000 : 0,
            HasTightBounds = true,
            OnSqlite = sqliteOneIn > 0 && random.Next(sqliteOneIn) == 0,
        };
    }
}
