namespace Ordo.Sync.Testing.Blobs;

/// <summary>
/// The contract of <c>IBlobStore</c> as checks that any test framework can drive: one test a check, against a new store each. A
/// provider that passes them all can keep a device's or a hub's blobs.
/// </summary>
public static class BlobStoreConformance
{
    /// <summary>All checks.</summary>
    public static IReadOnlyList<BlobStoreCheck> Checks { get; } =
    [
        .. BlobContentChecks.All,
        .. BlobTrustChecks.All,
        .. BlobManifestChecks.All,
        .. BlobSweepChecks.All,
        .. BlobSharingChecks.All,
    ];

    /// <summary>The names of the checks that apply to a factory's stores: data for a theory.</summary>
    public static IEnumerable<string> NamesFor(IBlobStoreFactory factory) =>
        Checks.Where(check => check.AppliesTo(factory)).Select(check => check.Name);

    /// <summary>The check of a name.</summary>
    /// <exception cref="ArgumentException">No check is called so.</exception>
    public static BlobStoreCheck Find(string name) => Checks.FirstOrDefault(check => check.Name == name)
        ?? throw new ArgumentException($"There is no check called '{name}'.", nameof(name));
}
