using Ordo.Sync.Errors;

namespace Ordo.Sync.Replication.Session;

/// <summary>What a session moved.</summary>
/// <param name="Result">How it ended.</param>
public sealed record SessionReport(SessionResult Result)
{
    /// <summary>Records sent.</summary>
    public int PushedCount { get; init; }

    /// <summary>Records received.</summary>
    public int PulledCount { get; init; }

    /// <summary>Records that received changes altered here.</summary>
    public int ChangedCount { get; init; }

    /// <summary>Versions that met a concurrent one, here or at the peer.</summary>
    public int ConflictCount { get; init; }

    /// <summary>Versions of this replica that the peer refused.</summary>
    public int RejectedCount { get; init; }

    /// <summary>Requests made.</summary>
    public int RoundTripCount { get; init; }

    /// <summary>Records whose unsynced content was stamped anew.</summary>
    public int RestampedCount { get; init; }

    /// <summary>
    /// Why the peer takes no writes of this replica at the moment: a right that is missing, a quota used up; <see langword="null"/>
    /// where it does.
    /// </summary>
    public SyncException? PushRefusal { get; init; }

    /// <summary>New generations of the scope that this replica was told of: what it held was renamed.</summary>
    public int GenerationCount { get; init; }

    /// <summary>How far the peer's clock is ahead of this one's.</summary>
    public TimeSpan? ClockOffset { get; init; }
}
