using System.Collections.Immutable;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Records;

/// <summary>A record as a peer sends it, its dots translated to local replica indexes.</summary>
/// <param name="Key">The record's name.</param>
/// <param name="Dots">All dots of the peer's V(o), so that a receiver can tell what the peer no longer holds.</param>
/// <param name="Values">The versions of those dots that the peer thought unknown here.</param>
/// <param name="Context">K(o) of the peer: its knowledge and its exceptions that cover the record.</param>
public sealed record RemoteRecord(
    RecordKey Key, ImmutableArray<Dot> Dots, ImmutableArray<RecordVersion> Values, CausalContext Context)
{
    /// <summary>The record's conflict-free state at the peer; empty where it has none.</summary>
    public ReadOnlyMemory<byte> ConflictFree { get; init; }

    /// <summary>Whether versions of replicas that were never met here are left out of it.</summary>
    internal bool NamesStrangers { get; init; }
}
