using System.Collections.Immutable;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>What a bundle holds of a scope.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="PageCount">The pages that could be read.</param>
/// <param name="PageTotal">The pages there should be; <see langword="null"/> where that could not be read.</param>
/// <param name="RecordCount">The records there should be; <see langword="null"/> where that could not be read.</param>
/// <param name="IsWhole">Whether all pages are there and are those that were exported.</param>
/// <param name="Signer">The public key of who signed it; empty where nobody did, or the signature is not right.</param>
internal sealed record InspectedScope(
    string Scope, int PageCount, int? PageTotal, long? RecordCount, bool IsWhole, ImmutableArray<byte> Signer);
