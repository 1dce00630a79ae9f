using System.Collections.Immutable;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>What an export wrote.</summary>
/// <param name="Bundle">The bundle's identity.</param>
/// <param name="Scopes">The scopes in it, with their records; those of which the receiver lacks nothing are left out.</param>
/// <param name="Bytes">The bytes written.</param>
public sealed record BundleExportReport(UInt128 Bundle, ImmutableSortedDictionary<string, long> Scopes, long Bytes)
{
    /// <summary>The records written.</summary>
    public long RecordCount => Scopes.Values.Sum();
}
