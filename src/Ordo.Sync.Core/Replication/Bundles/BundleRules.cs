using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>What an import accepts.</summary>
/// <param name="Now">The time here.</param>
/// <param name="TimestampMax">The latest timestamp to accept.</param>
/// <param name="Accepts">Which scopes to take.</param>
/// <param name="Signers">The public keys to trust, one of which must have signed; <see langword="null"/> to trust whoever brings it.</param>
internal sealed record BundleRules(
    DateTimeOffset Now,
    HybridTimestamp TimestampMax,
    Func<string, bool> Accepts,
    IReadOnlyCollection<ReadOnlyMemory<byte>>? Signers)
{
    /// <summary>Whether a scope's pages may be applied.</summary>
    public bool Trusts(BundleScopeEnd end)
    {
        bool isSigned = end.Signer.Length > 0;
        return Signers is null
            ? !isSigned || end.IsSignedRightly()
            : isSigned && Signers.Any(signer => signer.Span.SequenceEqual(end.Signer)) && end.IsSignedRightly();
    }
}
