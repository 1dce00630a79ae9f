using Ordo.Sync.Crash.Tests.Disks;

namespace Ordo.Sync.Crash.Tests.Vfs;

/// <summary>A file as one connection has it open.</summary>
internal sealed class OpenFile(CrashDisk disk, DiskFile file, bool isDeletedOnClose)
{
    public CrashDisk Disk => disk;

    public DiskFile File => file;

    public bool IsDeletedOnClose => isDeletedOnClose;

    /// <summary>SQLite's lock on the file, 0 (none) to 4 (exclusive).</summary>
    public int LockLevel { get; set; }

    /// <summary>Whether the connection uses the shared memory.</summary>
    public bool MapsMemory { get; set; }

    /// <summary>The slots of the shared memory that it has locked for reading, as bits.</summary>
    public int SharedSlots { get; set; }

    /// <summary>Those it has locked alone.</summary>
    public int ExclusiveSlots { get; set; }
}
