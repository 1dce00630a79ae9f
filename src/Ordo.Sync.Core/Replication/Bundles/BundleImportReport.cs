using System.Collections.Immutable;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>What an import did.</summary>
/// <param name="Bundle">The bundle's identity.</param>
/// <param name="Scopes">Scope by scope; also those of earlier bundles that waited and could be applied now.</param>
/// <param name="Damage">The stretches of the file that could not be read, and were passed over.</param>
/// <param name="IsTruncated">Whether the file ends before the bundle does.</param>
public sealed record BundleImportReport(
    UInt128 Bundle, ImmutableArray<BundleScopeReport> Scopes, ImmutableArray<BundleDamage> Damage, bool IsTruncated)
{
    /// <summary>When the bundle may be imported; <see langword="null"/> where nothing in it is too far ahead.</summary>
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>The records that changed here.</summary>
    public int ChangedCount => Scopes.Sum(scope => scope.ChangedCount);

    /// <summary>Whether the file was whole and every scope in it was applied.</summary>
    public bool IsComplete => Damage.IsEmpty && !IsTruncated && Scopes.All(scope => scope.Status == BundleScopeStatus.Applied);
}
