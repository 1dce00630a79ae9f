using System.Security.Cryptography;
using Ordo.Sync.Replication.Bundles;

namespace Ordo.Sync.Engine.Bundles;

/// <summary>What a bundle holds, and for whom.</summary>
public sealed record BundleExportOptions
{
    /// <summary>The scopes; <see langword="null"/>, the default, for all subscribed ones.</summary>
    public IReadOnlyCollection<string>? Scopes { get; init; }

    /// <summary>What the receiver knows; <see cref="BundleKnowledge.Nothing"/>, the default, for a bundle of everything.</summary>
    public BundleKnowledge Known { get; init; } = BundleKnowledge.Nothing;

    /// <summary>What it is encrypted with (AES-256-GCM); <see langword="null"/>, the default, for not at all.</summary>
    public BundleKey? Key { get; init; }

    /// <summary>Who signs it, with a private key; <see langword="null"/>, the default, for nobody. Stays its caller's to dispose.</summary>
    public ECDsa? Signer { get; init; }
}
