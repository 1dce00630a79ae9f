using System.Collections.Immutable;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Apply;

/// <summary>What came of applying a batch.</summary>
/// <param name="Status">Whether it was applied.</param>
public sealed record ApplyResult(ApplyStatus Status)
{
    /// <summary>The records in the batch.</summary>
    public int ReceivedCount { get; init; }

    /// <summary>The records that changed here.</summary>
    public int ChangedCount { get; init; }

    /// <summary>The versions of the batch that met a concurrent one here.</summary>
    public ImmutableArray<GlobalDot> Conflicts { get; init; } = [];

    /// <summary>The versions here that met a concurrent one of the batch.</summary>
    public ImmutableArray<GlobalDot> Met { get; init; } = [];

    /// <summary>The records whose unsynced content was written anew under a fresh dot.</summary>
    public int RestampedCount { get; init; }
}
