namespace Ordo.Sync.Crash.Tests.Disks;

/// <summary>What changes a disk, or makes changes last.</summary>
internal enum EffectKind
{
    Create,
    Write,
    Truncate,
    Sync,
    Delete,

    /// <summary>Deleted, and the folder synced: the file does not come back.</summary>
    DeleteForGood,
}
