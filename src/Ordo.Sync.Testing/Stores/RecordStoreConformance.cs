namespace Ordo.Sync.Testing.Stores;

/// <summary>
/// The contract of <c>IRecordStore</c> as checks that any test framework can drive: one test a check, against a new
/// store each. A provider that passes them all can stand behind a replica.
/// </summary>
public static class RecordStoreConformance
{
    /// <summary>All checks.</summary>
    public static IReadOnlyList<ConformanceCheck> Checks { get; } =
    [
        .. LifetimeChecks.All,
        .. AtomicityChecks.All,
        .. SnapshotChecks.All,
        .. WriterChecks.All,
        .. RecordChecks.All,
        .. AddingChecks.All,
        .. ChangeChecks.All,
        .. RangeChecks.All,
        .. QueryChecks.All,
        .. QueryVisibilityChecks.All,
        .. QueryPagingChecks.All,
        .. SchemaChecks.All,
        .. JournalChecks.All,
        .. LocalChecks.All,
        .. ScopeChecks.All,
        .. IdentityChecks.All,
        .. GenerationChecks.All,
        .. ReopenChecks.All,
        .. ModelChecks.All,
    ];

    /// <summary>The names of the checks that apply to a factory's stores: data for a theory.</summary>
    public static IEnumerable<string> NamesFor(IRecordStoreFactory factory) =>
        Checks.Where(check => check.AppliesTo(factory)).Select(check => check.Name);

    /// <summary>The check of a name.</summary>
    /// <exception cref="ArgumentException">No check is called so.</exception>
    public static ConformanceCheck Find(string name) => Checks.FirstOrDefault(check => check.Name == name)
        ?? throw new ArgumentException($"There is no check called '{name}'.", nameof(name));

    /// <summary>
    /// The randomised check with a seed of one's own: random operations against the store and a simple model of it.
    /// The suite runs a few fixed seeds; a nightly run may try many.
    /// </summary>
    /// <param name="seed">Which operations to draw; the same seed draws the same ones.</param>
    /// <param name="stepCount">How many operations to draw.</param>
    public static ConformanceCheck RandomOperations(int seed, int stepCount) => ModelChecks.Of(seed, stepCount);
}
