namespace Ordo.Sync.Faster.Log;

/// <summary>What a frame is. The numbers are stored.</summary>
internal enum FrameKind : uint
{
    /// <summary>A transaction, or a part of a checkpoint.</summary>
    Operations = 1,

    /// <summary>The store was closed, and everything before is on the disk.</summary>
    Closed = 2,

    /// <summary>The segment ends here; the next one begins with this frame's sequence.</summary>
    Sealed = 3,

    /// <summary>The checkpoint ends here: counts and digest of what it holds.</summary>
    Footer = 4,
}
