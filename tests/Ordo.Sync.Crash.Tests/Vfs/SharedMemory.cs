using System.Runtime.InteropServices;

namespace Ordo.Sync.Crash.Tests.Vfs;

/// <summary>
/// The index of a write-ahead log, which all connections of a database share. It is memory, never a file: a crash takes it along,
/// and SQLite builds it anew from the log. The caller holds the disk's gate.
/// </summary>
internal sealed unsafe class SharedMemory
{
    private readonly List<nint> _regions = [];
    private int _users;

    public void Join() => _users++;

    /// <summary>One of a database's regions; <see langword="null"/> where there is none and none is to be made.</summary>
    public void* Region(int index, int bytes, bool extends)
    {
        while (extends && _regions.Count <= index)
        {
            _regions.Add((nint)NativeMemory.AllocZeroed((nuint)bytes));
        }

        return index < _regions.Count ? (void*)_regions[index] : null;
    }

    /// <summary>The last one to leave takes the memory along.</summary>
    public void Leave()
    {
        if (--_users == 0)
        {
            foreach (nint region in _regions)
            {
                NativeMemory.Free((void*)region);
            }

            _regions.Clear();
        }
    }
}
