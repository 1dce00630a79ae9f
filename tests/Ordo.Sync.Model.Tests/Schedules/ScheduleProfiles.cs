namespace Ordo.Sync.Model.Tests.Schedules;

/// <summary>
/// Where to look. A profile only makes some kinds of steps likelier: whatever it finds, the default one could find too,
/// in more time. The unbroken rules must pass every profile.
/// </summary>
internal static class ScheduleProfiles
{
    /// <summary>Everything, evenly.</summary>
    public static readonly ScheduleProfile Default = new();

    /// <summary>Deletes, their collection, and replicas from beyond the horizon, on two records.</summary>
    public static readonly ScheduleProfile Forgetting = new()
    {
        Topology = Topology.Mixed,
        Keys = 2,
        Weights = new Dictionary<StepKind, int>
        {
            [StepKind.Delete] = 16,
            [StepKind.Collect] = 12,
            [StepKind.Expire] = 8,
        },
    };

    /// <summary>The same with backups restored: two replicas may have forgotten different things.</summary>
    public static readonly ScheduleProfile Forking = new()
    {
        Keys = 2,
        StepsMin = 16,
        StepsMax = 40,
        Weights = new Dictionary<StepKind, int>
        {
            [StepKind.Delete] = 16,
            [StepKind.Collect] = 12,
            [StepKind.Expire] = 10,
            [StepKind.Backup] = 4,
            [StepKind.Restore] = 5,
        },
    };

    /// <summary>Deletes, collection and restores between few replicas, and nothing else.</summary>
    public static readonly ScheduleProfile BothBehind = new()
    {
        Topology = Topology.Mixed,
        Keys = 2,
        StepsMin = 16,
        StepsMax = 40,
        Weights = Only(new Dictionary<StepKind, int>
        {
            [StepKind.Put] = 14,
            [StepKind.Delete] = 16,
            [StepKind.Pull] = 24,
            [StepKind.Collect] = 16,
            [StepKind.Expire] = 16,
            [StepKind.Backup] = 6,
            [StepKind.Restore] = 6,
        }),
    };

    /// <summary>Answers that arrive late, at stores that were restored meanwhile.</summary>
    public static readonly ScheduleProfile Delaying = new()
    {
        Keys = 2,
        StepsMin = 16,
        StepsMax = 40,
        Weights = Only(new Dictionary<StepKind, int>
        {
            [StepKind.Put] = 14,
            [StepKind.Delete] = 12,
            [StepKind.Exchange] = 10,
            [StepKind.Request] = 14,
            [StepKind.Deliver] = 14,
            [StepKind.Collect] = 12,
            [StepKind.Expire] = 10,
            [StepKind.Backup] = 6,
            [StepKind.Restore] = 6,
        }),
    };

    /// <summary>Large transfers with everything that may go on meanwhile.</summary>
    public static readonly ScheduleProfile Transferring = new()
    {
        Keys = 4,
        StepsMin = 16,
        StepsMax = 40,
        Weights = new Dictionary<StepKind, int>
        {
            [StepKind.Delete] = 12,
            [StepKind.StagedPage] = 16,
            [StepKind.FillPage] = 24,
            [StepKind.Collect] = 12,
            [StepKind.Expire] = 10,
        },
    };

    /// <summary>Fills of scopes whose hub has forgotten, and edits before the fill is over.</summary>
    public static readonly ScheduleProfile FillingLate = new()
    {
        Topology = Topology.Mixed,
        Keys = 2,
        StepsMin = 16,
        StepsMax = 40,
        Weights = Only(new Dictionary<StepKind, int>
        {
            [StepKind.Put] = 14,
            [StepKind.Delete] = 12,
            [StepKind.Pull] = 14,
            [StepKind.FillPage] = 30,
            [StepKind.Collect] = 12,
            [StepKind.Expire] = 10,
            [StepKind.Restore] = 1,
            [StepKind.Backup] = 1,
            [StepKind.Subscribe] = 4,
        }),
    };

    /// <summary>New generations of a scope amid everything else, also copied stores.</summary>
    public static readonly ScheduleProfile Compacting = new()
    {
        Topology = Topology.Mixed,
        StepsMin = 16,
        StepsMax = 40,
        Weights = new Dictionary<StepKind, int>
        {
            [StepKind.Compact] = 8,
            [StepKind.Clone] = 1,
        },
    };

    /// <summary>The same with a hub below the hub, which passes generations on.</summary>
    public static readonly ScheduleProfile CompactingBelow = new()
    {
        Topology = Topology.HubBelow,
        StepsMin = 16,
        StepsMax = 40,
        Weights = new Dictionary<StepKind, int>
        {
            [StepKind.Compact] = 8,
            [StepKind.Clone] = 1,
        },
    };

    /// <summary>Generations between deletes, their collection and restored stores, on two records.</summary>
    public static readonly ScheduleProfile CompactingLate = new()
    {
        Topology = Topology.Mixed,
        Keys = 2,
        StepsMin = 16,
        StepsMax = 40,
        Weights = Only(new Dictionary<StepKind, int>
        {
            [StepKind.Put] = 18,
            [StepKind.Delete] = 10,
            [StepKind.Pull] = 16,
            [StepKind.Exchange] = 10,
            [StepKind.Request] = 4,
            [StepKind.Deliver] = 4,
            [StepKind.StagedPage] = 6,
            [StepKind.FillPage] = 6,
            [StepKind.Collect] = 6,
            [StepKind.Expire] = 5,
            [StepKind.Backup] = 3,
            [StepKind.Restore] = 3,
            [StepKind.Clone] = 2,
            [StepKind.Subscribe] = 3,
            [StepKind.Unsubscribe] = 1,
            [StepKind.Compact] = 8,
        }),
    };

    public static readonly IReadOnlyDictionary<string, ScheduleProfile> All =
        new SortedDictionary<string, ScheduleProfile>
        {
            [nameof(Compacting)] = Compacting,
            [nameof(CompactingBelow)] = CompactingBelow,
            [nameof(CompactingLate)] = CompactingLate,
            [nameof(Default)] = Default,
            [nameof(Forgetting)] = Forgetting,
            [nameof(Forking)] = Forking,
            [nameof(BothBehind)] = BothBehind,
            [nameof(Delaying)] = Delaying,
            [nameof(Transferring)] = Transferring,
            [nameof(FillingLate)] = FillingLate,
        };

    private static Dictionary<StepKind, int> Only(Dictionary<StepKind, int> weights)
    {
        foreach (StepKind kind in Enum.GetValues<StepKind>())
        {
            weights.TryAdd(kind, 0);
        }

        return weights;
    }
}
