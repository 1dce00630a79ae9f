namespace Ordo.Sync.Engine.Watching;

/// <summary>What a watcher finds when it looks into its queue.</summary>
internal enum ChangeQueueState
{
    /// <summary>Changes.</summary>
    Changed,

    /// <summary>There were more changes than may wait; all were dropped, and the watcher has to read anew.</summary>
    Overflowed,

    /// <summary>There will be no more changes.</summary>
    Closed,
}
