using Ordo.Sync.Replication.Bundles;

namespace Ordo.Sync.Engine.Bundles;

/// <summary>What an import needs and whom it trusts.</summary>
public sealed record BundleImportOptions
{
    /// <summary>The key or passphrase of an encrypted bundle.</summary>
    public BundleKey? Key { get; init; }

    /// <summary>
    /// The public keys (X.509 SubjectPublicKeyInfo) of which one must have signed the bundle; <see langword="null"/>, the default, to
    /// trust whoever brings it. A signature that does not fit is refused in any case.
    /// </summary>
    public IReadOnlyCollection<ReadOnlyMemory<byte>>? TrustedSigners { get; init; }

    /// <summary>
    /// How far ahead of this device's clock timestamps may be; a bundle beyond waits as a whole. The default is 5 minutes.
    /// </summary>
    public TimeSpan ClockSkewMax { get; init; } = TimeSpan.FromMinutes(5);
}
