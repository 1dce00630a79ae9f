using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Codec;

/// <summary>What leads a page of changes.</summary>
/// <param name="Scope">The scope of its records.</param>
/// <param name="Base">What a receiver must know for the claim to hold; empty for a complete transfer.</param>
/// <param name="Knowledge">The sender's knowledge in the snapshot of this page.</param>
/// <param name="Forgotten">The sender's forgotten vector in that snapshot.</param>
/// <param name="Clock">The sender's hybrid clock.</param>
/// <param name="IsComplete">Whether the transfer is of all records, so that absence is deletion.</param>
/// <param name="Collections">The collections of its records.</param>
/// <param name="Range">The key range it covers, in a fill; <see langword="null"/> otherwise.</param>
public sealed record PageHeader(
    string Scope,
    GlobalVector Base,
    GlobalVector Knowledge,
    GlobalVector Forgotten,
    HybridTimestamp Clock,
    bool IsComplete,
    ImmutableArray<CollectionDescriptor> Collections,
    KeyRange? Range);
