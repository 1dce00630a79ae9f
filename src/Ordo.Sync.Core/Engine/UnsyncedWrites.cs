namespace Ordo.Sync.Engine;

/// <summary>What happens to writes the hub does not have yet when a device leaves their scope.</summary>
public enum UnsyncedWrites
{
    /// <summary>The device stays in the scope, and the call fails: sync first.</summary>
    Refuse = 1,

    /// <summary>They go to the conflict inbox, as writes that were refused; from there they can be written again.</summary>
    MoveToInbox = 2,
}
