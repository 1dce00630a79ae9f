namespace Ordo.Sync.Engine.Syncing;

/// <summary>How a sync ended.</summary>
public enum SyncStatus
{
    /// <summary>Every scope is in step with the hub.</summary>
    Completed = 1,

    /// <summary>The hub could not be reached; everything is kept for later.</summary>
    Offline = 2,

    /// <summary>The hub wants (other) credentials; syncing pauses, nothing is dropped.</summary>
    Unauthorized = 3,

    /// <summary>Some scopes are in step, others failed: see the scopes' errors.</summary>
    Partial = 4,

    /// <summary>No scope could be synced: see the error.</summary>
    Failed = 5,
}
