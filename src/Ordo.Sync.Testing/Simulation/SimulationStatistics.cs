namespace Ordo.Sync.Testing.Simulation;

/// <summary>What happened in a simulated world.</summary>
public sealed class SimulationStatistics
{
    /// <summary>The time that passed in the world.</summary>
    public TimeSpan Elapsed { get; internal set; }

    /// <summary>The commits of all stores.</summary>
    public long CommitCount { get; internal set; }

    /// <summary>The versions written and followed to the end.</summary>
    public long WriteCount { get; internal set; }

    /// <summary>The messages sent.</summary>
    public long MessageCount { get; internal set; }

    /// <summary>The messages lost or cut off.</summary>
    public long LossCount { get; internal set; }

    /// <summary>The messages delivered twice.</summary>
    public long DuplicateCount { get; internal set; }

    /// <summary>The nodes that died.</summary>
    public long CrashCount { get; internal set; }

    /// <summary>The commits that a power cut took back.</summary>
    public long UndoneCommitCount { get; internal set; }

    /// <summary>The nodes that were put back to an older state of their store.</summary>
    public long RestoreCount { get; internal set; }

    /// <summary>The devices that were copied.</summary>
    public long CloneCount { get; internal set; }

    /// <summary>The deletes that hubs have forgotten.</summary>
    public long CollectedCount { get; internal set; }

    /// <summary>The generations of scopes that hubs have begun.</summary>
    public long CompactionCount { get; internal set; }

    /// <summary>How often a node has come into another generation of a scope and called versions otherwise from then on.</summary>
    public long RenamingCount { get; internal set; }

    /// <summary>The disk errors.</summary>
    public long DiskErrorCount { get; internal set; }

    /// <summary>The links cut.</summary>
    public long PartitionCount { get; internal set; }

    /// <summary>The records that held several versions at once somewhere.</summary>
    public long ConflictCount { get; internal set; }

    /// <summary>Adds what happened in another world.</summary>
    public void Add(SimulationStatistics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Elapsed += other.Elapsed;
        CommitCount += other.CommitCount;
        WriteCount += other.WriteCount;
        MessageCount += other.MessageCount;
        LossCount += other.LossCount;
        DuplicateCount += other.DuplicateCount;
        CrashCount += other.CrashCount;
        UndoneCommitCount += other.UndoneCommitCount;
        RestoreCount += other.RestoreCount;
        CloneCount += other.CloneCount;
        CollectedCount += other.CollectedCount;
        CompactionCount += other.CompactionCount;
        RenamingCount += other.RenamingCount;
        DiskErrorCount += other.DiskErrorCount;
        PartitionCount += other.PartitionCount;
        ConflictCount += other.ConflictCount;
    }
}
