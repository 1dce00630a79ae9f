namespace Ordo.Sync.Replication.Bundles;

/// <summary>What became of a scope of a bundle.</summary>
public enum BundleScopeStatus
{
    /// <summary>It was applied; what was known already changed nothing.</summary>
    Applied = 0,

    /// <summary>
    /// Pages of it are damaged or missing. Those that are whole wait here; another copy of the bundle completes them. Nothing of
    /// the scope was applied, and nothing is claimed.
    /// </summary>
    Incomplete = 1,

    /// <summary>
    /// It builds on changes that are not here yet. It waits here, and is applied as soon as a bundle or a sync has brought them and
    /// another bundle is imported.
    /// </summary>
    BaseMissing = 2,

    /// <summary>Its sender had not heard of deletes that are forgotten here. Export it again, after the sender has synced.</summary>
    SenderBehind = 3,

    /// <summary>Nobody signed it, or nobody whom the import trusts, or its signature does not fit. Nothing of it was applied.</summary>
    Untrusted = 4,

    /// <summary>This device is not subscribed to it. Nothing of it was applied.</summary>
    NotSubscribed = 5,

    /// <summary>The whole bundle waits, for timestamps in it are too far ahead of this clock. Nothing of it was applied.</summary>
    TooFarAhead = 6,

    /// <summary>
    /// It is of another generation of the scope than this device's: the hub compacted the scope meanwhile. Nothing of it was applied.
    /// Let both devices sync, and export it again.
    /// </summary>
    OtherGeneration = 7,
}
