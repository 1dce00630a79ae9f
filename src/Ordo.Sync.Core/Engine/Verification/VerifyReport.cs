using System.Collections.Immutable;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Verification;

/// <summary>What a verification found.</summary>
/// <param name="Scopes">Scope by scope, ephemeral lanes by themselves.</param>
/// <param name="Bytes">The bytes on the wire, those of the syncs that belong to it included.</param>
/// <param name="Duration">How long it took.</param>
public sealed record VerifyReport(
    ImmutableArray<ScopeVerification> Scopes, TransportBytes Bytes, TimeSpan Duration)
{
    /// <summary>Whether all is well at the end.</summary>
    public bool IsSound => Scopes.All(scope => scope.IsSound);

    /// <summary>Whether all was well when it began, as far as it was looked at.</summary>
    public bool WasSound => Scopes.All(scope => scope is { WasSound: true, WasPeerSound: not false, Findings.IsEmpty: true });

    /// <summary>The faults found.</summary>
    public int FindingCount => Scopes.Sum(scope => scope.Findings.Length);

    /// <summary>The requests made, those of the syncs that belong to it not counted.</summary>
    public int RoundTripCount => Scopes.Sum(scope => scope.RoundTripCount);
}
