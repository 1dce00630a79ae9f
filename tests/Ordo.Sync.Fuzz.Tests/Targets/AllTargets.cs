using Ordo.Sync.Fuzz.Tests.Corpora;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>All decoders.</summary>
internal static class AllTargets
{
    public static IReadOnlyList<FuzzTarget> Of(Sample sample) =>
        [.. WireTargets.All(sample), .. ContentTargets.All(sample), .. FileTargets.All(sample), HubTarget.Of(sample)];
}
