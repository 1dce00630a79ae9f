namespace Ordo.Sync.Engine.Inbox;

/// <summary>Why something is in the inbox.</summary>
public enum ConflictKind
{
    /// <summary>Versions that disagree stand beside each other until a person decides.</summary>
    Siblings = 1,

    /// <summary>The app's resolver failed on the record, or took too long.</summary>
    ResolverFailed = 2,

    /// <summary>The hub refused a write of this device; its content is kept here.</summary>
    Rejected = 3,
}
