namespace Ordo.Sync.Model.Tests.Schedules;

/// <summary>Draws a schedule from a seed.</summary>
internal static class ScheduleGenerator
{
    private const int OperandBound = 1 << 16;

    private static readonly StepKind[] Kinds = Enum.GetValues<StepKind>();

    public static Schedule Generate(ulong seed, ScheduleProfile profile)
    {
        var random = new SplitMix(seed);
        Topology topology = profile.Topology ?? (Topology)random.Below(3);
        int replicas = profile.Replicas ?? (2 + random.Below(4));
        int keys = profile.Keys ?? (1 + random.Below(4));
        int pageSize = 1 + random.Below(2);
        int skewMax = random.Below(2) * 40;
        int scopes = 1 + random.Below(Schedule.Scopes);
        int[] weights = Swarm(random, profile, out int total);
        var steps = new Step[profile.StepsMin + random.Below(profile.StepsMax - profile.StepsMin + 1)];
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i] = new Step(
                Draw(random, weights, total),
                random.Below(OperandBound),
                random.Below(OperandBound),
                random.Below(scopes),
                random.Below(keys),
                random.Below(OperandBound));
        }

        return new Schedule(seed, topology, replicas, keys, pageSize, skewMax, steps);
    }

    private static int[] Swarm(SplitMix random, ScheduleProfile profile, out int total)
    {
        int[] weights = new int[Kinds.Length];
        total = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            bool isAlwaysOn = Kinds[i] is StepKind.Put or StepKind.Exchange || profile.Weights.ContainsKey(Kinds[i]);
            int weight = profile.WeightOf(Kinds[i]);
            int factor = isAlwaysOn || weight == 0 ? 2 : random.Below(4);
            weights[i] = weight * factor;
            total += weights[i];
        }

        return weights;
    }

    private static StepKind Draw(SplitMix random, int[] weights, int total)
    {
        int ticket = random.Below(total);
        int i = 0;
        while (ticket >= weights[i])
        {
            ticket -= weights[i++];
        }

        return Kinds[i];
    }
}
