namespace Ordo.Sync.Engine.Verification;

/// <summary>What was done about a fault.</summary>
public enum VerifyRemedy
{
    /// <summary>Nothing: it was not asked for, or there was nobody to fetch the record from.</summary>
    None = 0,

    /// <summary>The peer's record was fetched and stands here now; edits that the peer did not have stay beside it.</summary>
    FetchedAgain = 1,

    /// <summary>This side's record was written anew, as a version that supersedes what the peer holds; the sync that follows brings it.</summary>
    WrittenAnew = 2,

    /// <summary>Both contents stand beside each other: the collection's strategy says what becomes of them.</summary>
    KeptBoth = 3,

    /// <summary>The peer's content stands; the one that was here waits in the inbox, since the collection keeps no siblings.</summary>
    KeptInInbox = 4,
}
