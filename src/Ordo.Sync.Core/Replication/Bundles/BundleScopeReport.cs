using System.Collections.Immutable;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>What became of a scope of a bundle.</summary>
/// <param name="Scope">The scope; its ephemeral lane has a suffix.</param>
/// <param name="Status">What became of it.</param>
public sealed record BundleScopeReport(string Scope, BundleScopeStatus Status)
{
    /// <summary>The records in the bundle, as far as it says.</summary>
    public long RecordCount { get; init; }

    /// <summary>The records that changed here.</summary>
    public int ChangedCount { get; init; }

    /// <summary>The places of the pages that are still missing.</summary>
    public ImmutableArray<int> MissingPages { get; init; } = [];

    /// <summary>Who signed it: the public key (X.509 SubjectPublicKeyInfo); empty where nobody did.</summary>
    public ImmutableArray<byte> Signer { get; init; } = [];
}
