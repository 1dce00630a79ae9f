namespace Ordo.Sync.Engine.Verification;

/// <summary>What a comparison with a peer came to.</summary>
public enum PeerComparison
{
    /// <summary>There was none: no peer, or it was not asked for.</summary>
    None = 0,

    /// <summary>Both sides hold the same.</summary>
    Same = 1,

    /// <summary>They differed when it began; the findings say where, and what was done about it.</summary>
    Differed = 2,

    /// <summary>The peer could not be asked; the error says why.</summary>
    Failed = 3,
}
