using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Journal;

namespace Ordo.Sync.Engine.Health;

/// <summary>How a device's sync is doing at a moment. Immutable. Totals count from the engine's making.</summary>
public sealed record SyncHealthReport
{
    /// <summary>When this was measured, by this machine's clock.</summary>
    public required DateTimeOffset MeasuredAt { get; init; }

    /// <summary>Whether the engine is open. Before and after, what stands in its stores is not known here.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>The incarnation of the structured store; <see langword="null"/> where the engine is not open.</summary>
    public required ReplicaId? Replica { get; init; }

    /// <summary>
    /// The last time that a store took a new identity because it may be a copy or have been put back; <see langword="null"/> where none
    /// did since the engine was opened.
    /// </summary>
    public IdentityRenewal? LastRenewal { get; init; }

    /// <summary>The writes that the hub has not acknowledged.</summary>
    public required JournalStatus Pending { get; init; }

    /// <summary>How long the oldest of them waits; <see langword="null"/> where none does.</summary>
    public required TimeSpan? OldestPendingAge { get; init; }

    /// <summary>The operation queue, where writes wait for the writer.</summary>
    public required QueueHealth Queue { get; init; }

    /// <summary>The memory of the process.</summary>
    public required MemoryReport Memory { get; init; }

    /// <summary>The stores, the structured one first.</summary>
    public required ImmutableArray<StoreHealth> Stores { get; init; }

    /// <summary>Scope by scope, by name; those subscribed to.</summary>
    public required ImmutableArray<ScopeHealth> Scopes { get; init; }

    /// <summary>
    /// How far this device may be behind the hub: how long ago it last held all that the hub had in every scope. Zero while the
    /// hub tells of changes and nothing it told of is missing; <see langword="null"/> before every scope was once in step.
    /// </summary>
    public required TimeSpan? Lag { get; init; }

    /// <summary>How far the hub's clock is ahead of this device's; <see langword="null"/> before it was heard.</summary>
    public required TimeSpan? ClockOffset { get; init; }

    /// <summary>Whether the hub tells of changes at once, at the moment.</summary>
    public required bool IsLive { get; init; }

    /// <summary>The last sync that ended; <see langword="null"/> before the first.</summary>
    public required SyncAttempt? LastSync { get; init; }

    /// <summary>When a sync last ended with every scope in step; <see langword="null"/> where none did yet.</summary>
    public required DateTimeOffset? LastCompletedAt { get; init; }

    /// <summary>How many syncs in a row have not completed.</summary>
    public required int FailuresInARow { get; init; }

    /// <summary>How long syncs took.</summary>
    public required LatencySummary SyncLatency { get; init; }

    /// <summary>What was moved, met and refused.</summary>
    public required SyncTotals Totals { get; init; }

    /// <summary>Errors of syncs by code.</summary>
    public required ImmutableSortedDictionary<Errors.SyncErrorCode, long> Errors { get; init; }

    /// <summary>The changes that watchers have not taken yet; see <c>WatchAsync</c>.</summary>
    public required long WatchBacklogCount { get; init; }
}
