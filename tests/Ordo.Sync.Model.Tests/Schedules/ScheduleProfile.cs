namespace Ordo.Sync.Model.Tests.Schedules;

/// <summary>
/// How likely each kind of step is. Every schedule also switches some kinds off and others up by chance ("swarm testing",
/// Groce et al. 2012): a schedule of all kinds at once seldom goes deep into any of them.
/// </summary>
internal sealed class ScheduleProfile
{
    public static readonly ScheduleProfile Default = new();

    private readonly int[] _weights =
    [
        26, // Put
        8, // Delete
        2, // LoadForm
        3, // SaveForm
        10, // Pull
        8, // Exchange
        6, // Request
        6, // Deliver
        2, // DeliverCopy
        1, // Lose
        2, // Interrupt
        6, // StagedPage
        1, // StagedDiscard
        5, // FillPage
        4, // Collect
        3, // Expire
        2, // Backup
        2, // Restore
        2, // Unsubscribe
        4, // Subscribe
        2, // Tick
    ];

    /// <summary>Deletes, their collection, and replicas from beyond the horizon, on two records.</summary>
    public static readonly ScheduleProfile Forgetting = new()
    {
        Topology = Schedules.Topology.Mixed,
        Keys = 2,
        Favoured = new Dictionary<StepKind, int>
        {
            [StepKind.Delete] = 16,
            [StepKind.Collect] = 12,
            [StepKind.Expire] = 8,
        },
    };

    public int StepsMin { get; init; } = 10;

    public int StepsMax { get; init; } = 34;

    public Topology? Topology { get; init; }

    public int? Keys { get; init; }

    public int? Replicas { get; init; }

    /// <summary>Kinds that happen more often than by default.</summary>
    public IReadOnlyDictionary<StepKind, int> Favoured { get; init; } = new Dictionary<StepKind, int>();

    public int WeightOf(StepKind kind) => Favoured.TryGetValue(kind, out int weight) ? weight : _weights[(int)kind];
}
