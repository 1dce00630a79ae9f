namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>A world and what is to happen in it: data, so that it can be replayed and shortened.</summary>
internal sealed record Plan(ulong Seed, Topology Topology, int Devices, IReadOnlyList<Step> Steps)
{
    /// <summary>Records a collection and scope.</summary>
    public int Keys { get; init; } = 3;

    /// <summary>The most characters of a text; long ones make transfers of many pages.</summary>
    public int PaddingMax { get; init; }

    /// <summary>Whether queues of devices are as short as they may be, and one scope is synced at a time.</summary>
    public bool HasTightBounds { get; init; }

    /// <summary>Whether only the first device may decide about academic records; all may otherwise.</summary>
    public bool HasOneApprover { get; init; }

    /// <summary>
    /// How many devices edit cards, in the first scope alone; all do in both where it is <see langword="null"/>. Who is named in a
    /// conflict-free field keeps the names of its versions in each generation.
    /// </summary>
    public int? CardEditorsMax { get; init; }

    /// <summary>Whether the nodes keep their records in SQLite files; in memory otherwise.</summary>
    public bool OnSqlite { get; init; }

    /// <summary>
    /// Whether stores are put back or copied: what conflict-free fields counted is lost then, or counted twice, where a copy is noticed late.
    /// </summary>
    public bool HasUpheavals => Steps.Any(step => step.Kind is StepKind.RestoreDevice or StepKind.RestoreHub or StepKind.Clone);

    public override string ToString() =>
        $"{Topology}, {Devices} devices, {Keys} keys, texts up to {PaddingMax}{(OnSqlite ? ", SQLite" : string.Empty)}"
        + $"{(HasOneApprover ? ", one approver" : string.Empty)}"
        + $"{Environment.NewLine}{string.Join(Environment.NewLine, Steps)}";
}
