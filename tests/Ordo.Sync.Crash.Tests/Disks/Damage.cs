namespace Ordo.Sync.Crash.Tests.Disks;

/// <summary>What a crash does to what was written and not synced.</summary>
public enum Damage
{
    /// <summary>Nothing: the process was killed, and the system goes on to write what it had cached.</summary>
    None,

    /// <summary>All of it is gone.</summary>
    LosesUnsynced,

    /// <summary>Each sector of each write is there or not, in no order.</summary>
    KeepsSome,

    /// <summary>What came first is there, what came last is not, and the sector between is torn.</summary>
    TearsSector,
}
