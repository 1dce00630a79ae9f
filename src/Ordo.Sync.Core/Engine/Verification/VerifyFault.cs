namespace Ordo.Sync.Engine.Verification;

/// <summary>What is wrong with a record.</summary>
public enum VerifyFault
{
    /// <summary>Both sides hold the same version with different content: one of them was altered behind its store's back.</summary>
    ContentDiffers = 1,

    /// <summary>A version that this side knows, and that nothing superseded, is not held here.</summary>
    MissingHere = 2,

    /// <summary>A version that the peer knows, and that nothing superseded, is not held there.</summary>
    MissingThere = 3,

    /// <summary>The record here cannot be read.</summary>
    Unreadable = 4,
}
