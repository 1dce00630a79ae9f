using System.Collections.Immutable;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Engine.Verification;

/// <summary>What the verification of one scope (or its ephemeral lane) found.</summary>
/// <param name="Scope">The scope.</param>
public sealed record ScopeVerification(string Scope)
{
    /// <summary>Whether it is the scope's ephemeral lane.</summary>
    public bool IsEphemeral { get; init; }

    /// <summary>The records read here, tombstones included.</summary>
    public long RecordCount { get; init; }

    /// <summary>Whether the digest kept here belonged to the records here when the verification began, and all could be read.</summary>
    public bool WasSound { get; init; }

    /// <summary>The same of the peer; <see langword="null"/> where it was not seen.</summary>
    public bool? WasPeerSound { get; init; }

    /// <summary>What the comparison with the peer came to.</summary>
    public PeerComparison Comparison { get; init; }

    /// <summary>What was wrong, record by record.</summary>
    public ImmutableArray<VerifyFinding> Findings { get; init; } = [];

    /// <summary>Whether there were more faults than are reported.</summary>
    public bool HasMore { get; init; }

    /// <summary>
    /// Whether all is well at the end: the records here can be read and belong to their digest, and nothing differs from the peer
    /// where it was asked.
    /// </summary>
    public bool IsSound { get; init; }

    /// <summary>The requests made.</summary>
    public int RoundTripCount { get; init; }

    /// <summary>Why the peer could not be asked, or the healing not be finished.</summary>
    public SyncException? Error { get; init; }
}
