using System.Collections.Immutable;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>What a bundle holds.</summary>
/// <param name="Prelude">What it begins with.</param>
/// <param name="Scopes">Its scopes, by name.</param>
/// <param name="Damage">What could not be read.</param>
/// <param name="IsTruncated">Whether the file ends before the bundle does.</param>
/// <param name="Latest">The latest time of its versions.</param>
internal sealed record BundleInspection(
    BundlePrelude Prelude,
    ImmutableArray<InspectedScope> Scopes,
    ImmutableArray<BundleDamage> Damage,
    bool IsTruncated,
    HybridTimestamp Latest)
{
    /// <summary>Whether nothing of it is damaged or missing.</summary>
    public bool IsWhole => Damage.IsEmpty && !IsTruncated && Scopes.All(scope => scope.IsWhole);
}
