namespace Ordo.Sync.Model.Tests.Schedules;

/// <summary>
/// How likely each kind of step is. Every schedule also switches some kinds off and others up by chance ("swarm
/// testing", Groce et al. 2012): a schedule of all kinds at once seldom goes deep into any of them.
/// </summary>
internal sealed class ScheduleProfile
{
    private static readonly int[] DefaultWeights =
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
        0, // Compact: in profiles of its own, so that the seeds of the others stay what they are
        0, // Clone
    ];

    public int StepsMin { get; init; } = 10;

    public int StepsMax { get; init; } = 34;

    public Topology? Topology { get; init; }

    public int? Keys { get; init; }

    public int? Replicas { get; init; }

    /// <summary>
    /// Kinds whose weight is not the default one; they are never switched off by chance. 0 leaves a kind out.
    /// </summary>
    public IReadOnlyDictionary<StepKind, int> Weights { get; init; } = new Dictionary<StepKind, int>();

    public int WeightOf(StepKind kind) =>
        Weights.TryGetValue(kind, out int weight) ? weight : DefaultWeights[(int)kind];
}
