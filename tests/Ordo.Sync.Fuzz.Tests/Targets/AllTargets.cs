using Ordo.Sync.Fuzz.Tests.Corpora;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>All that is fuzzed.</summary>
internal static class AllTargets
{
    /// <summary>Decoders, and a hub: microseconds an input.</summary>
    public static IReadOnlyList<FuzzTarget> Of(Sample sample) =>
        [
            .. WireTargets.All(sample), .. ContentTargets.All(sample), .. FileTargets.All(sample), .. LocalEntryTargets.All(sample),
            HubTarget.Of(sample)];

    /// <summary>Whole files, and devices in the hands of a hub: milliseconds an input.</summary>
    public static IReadOnlyList<FuzzTarget> Whole(Sample sample, StoreFiles files) =>
        [.. HostileHubTarget.All(sample), .. StoreFileTargets.All(files), BundleFileTarget.Of(sample)];
}
