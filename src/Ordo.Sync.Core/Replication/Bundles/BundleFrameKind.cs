namespace Ordo.Sync.Replication.Bundles;

/// <summary>What a frame of a bundle holds.</summary>
internal enum BundleFrameKind : byte
{
    /// <summary>A page of changes of one scope.</summary>
    Page = 1,

    /// <summary>What ends the pages of a scope: how many there are, what they hash to, who signed that.</summary>
    ScopeEnd = 2,

    /// <summary>The end of the bundle.</summary>
    End = 3,
}
