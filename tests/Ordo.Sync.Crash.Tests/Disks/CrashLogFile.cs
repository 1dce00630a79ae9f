using Ordo.Sync.Sqlite.Maintenance;

namespace Ordo.Sync.Crash.Tests.Disks;

/// <summary>The log of a store on a <see cref="CrashDisk"/>.</summary>
internal sealed class CrashLogFile(CrashDisk disk, DiskFile file) : ILogFile
{
    public long Length
    {
        get
        {
            lock (disk.Gate)
            {
                return file.Length;
            }
        }
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset) => disk.Write(file, offset, bytes.ToArray());

    public void FlushToDisk()
    {
        if (disk.FlushesLog)
        {
            disk.Sync(file);
        }
    }

    public void Dispose()
    {
        // The disk keeps its files; nothing is held here.
    }
}
