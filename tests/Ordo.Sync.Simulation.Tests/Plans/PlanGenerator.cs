using Ordo.Sync.Testing.Simulation.Scheduling;

namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>Makes a plan of a seed: a kind of trouble each, so that rare ones meet each other often enough.</summary>
internal static class PlanGenerator
{
    private static readonly StepKind[] Work =
        [StepKind.Edit, StepKind.Edit, StepKind.Edit, StepKind.Burst, StepKind.Sync, StepKind.BeginSync, StepKind.Pass];

    private static readonly StepKind[][] Troubles =
    [
        [],
        [StepKind.Storm, StepKind.Calm],
        [StepKind.Cut, StepKind.Heal, StepKind.Storm],
        [StepKind.Crash, StepKind.Restart],
        [StepKind.PowerCut, StepKind.Restart, StepKind.DiskError],
        [StepKind.DiskError, StepKind.Storm],
        [StepKind.ClockJump],
        [StepKind.Rights],
        [StepKind.Subscription],
        [StepKind.Reroute],
        [StepKind.Upgrade],
    ];

    public static Plan Generate(ulong seed, int sqliteOneIn = 0, PlanKind kind = PlanKind.Plain)
    {
        if (kind == PlanKind.Disasters)
        {
            return DisasterGenerator.Generate(seed, sqliteOneIn);
        }

        if (kind == PlanKind.Upheavals)
        {
            return UpheavalGenerator.Generate(seed, sqliteOneIn);
        }

        if (kind == PlanKind.Encounters)
        {
            return EncounterGenerator.Generate(seed, sqliteOneIn);
        }

        if (kind == PlanKind.Compactions)
        {
            return CompactionGenerator.Generate(seed, sqliteOneIn);
        }

        // Not the world's own numbers: those begin with the same seed.
        var random = new SimulationRandom(seed * 0x2545F4914F6CDD1D + 1);
        var topology = (Topology)random.Next(3);
        int devices = topology == Topology.Peers ? 2 + random.Next(3) : 1 + random.Next(4);
        List<StepKind> kinds = [.. Work, .. Work];
        for (int i = random.Next(4); i >= 0; i--)
        {
            StepKind[] trouble = Troubles[random.Next(Troubles.Length)];

            // To leave a scope is safe where a hub holds all of it; where there is none, the last who holds a record may leave.
            bool isLeftOut = (topology == Topology.Peers && trouble is [StepKind.Subscription])
                || (topology == Topology.TwoHubs && trouble is [StepKind.Reroute]);
            kinds.AddRange(isLeftOut ? [] : trouble);
        }

        if (topology == Topology.TwoHubs)
        {
            kinds.Add(StepKind.HubSync);
        }

        int count = 10 + random.Next(50);
        var steps = new Step[count];
        for (int i = 0; i < count; i++)
        {
            steps[i] = new Step(i, random.Pick(kinds), random.Next(16), random.Next(1000));
        }

        var plan = new Plan(seed, topology, devices, steps)
        {
            Keys = 1 + random.Next(3),
            PaddingMax = random.Next(4) == 0 ? 12_000 : 0,
            OnSqlite = sqliteOneIn > 0 && random.Next(sqliteOneIn) == 0,
        };
        return kind == PlanKind.Scenes ? Season(plan, new SimulationRandom(seed * 0xDA942042E4DD58B5 + 1)) : plan;
    }

    // Drawn from numbers of their own, so that what else a seed means stays when a kind of trouble is added here.
    private static Plan Season(Plan plan, SimulationRandom random)
    {
        var steps = plan.Steps.ToList();
        bool hasHub = plan.Topology != Topology.Peers;
        int number = steps.Count;
        Put(plan.Topology == Topology.TwoHubs && random.Next(3) == 0 ? 1 + random.Next(3) : 0, StepKind.Reroute);
        Put(hasHub && plan.Devices > 1 && random.Next(8) == 0 ? 1 : 0, StepKind.Refill);
        Put(plan.Devices > 1 && random.Next(8) == 0 ? 1 : 0, StepKind.CatchUp);
        bool hasOneApprover = hasHub && plan.Devices > 1 && random.Next(4) == 0;
        if (!hasHub && random.Next(4) == 0)
        {
            // Before they meet: later nobody is without the others' records.
            steps.Insert(0, new Step(number, StepKind.Crossing, random.Next(16), random.Next(1000)));
        }

        return plan with { Steps = steps, HasOneApprover = hasOneApprover };

        void Put(int count, StepKind kind)
        {
            for (; count > 0; count--)
            {
                steps.Insert(random.Next(steps.Count), new Step(number++, kind, random.Next(16), random.Next(1000)));
            }
        }
    }
}
