using Ordo.Sync.Fuzz.Tests.Corpora;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>All that is fuzzed.</summary>
internal static class AllTargets
{
    /// <summary>Decoders, and a hub: microseconds an input.</summary>
    public static IReadOnlyList<FuzzTarget> Of(Sample sample) =>
        [
            .. WireTargets.All(sample), .. HttpTargets.All(sample), .. ContentTargets.All(sample), .. PayloadTargets.All(sample),
            .. FileTargets.All(sample), .. SealedTargets.All(), .. ServerStoreTargets.All(), .. ToolTargets.All(sample),
            .. LocalEntryTargets.All(sample), .. CommittedEntryTargets.All(sample), HubTarget.Of(sample)];

    /// <summary>Whole files, devices in the hands of a hub, and a hub that is sent requests: milliseconds an input.</summary>
    public static IReadOnlyList<FuzzTarget> Whole(Sample sample, StoreFiles files, HubRequestTarget hub) =>
        [.. HostileHubTarget.All(sample), .. StoreFileTargets.All(files), .. BundleFileTarget.All(sample), hub.ToTarget(sample)];
}
