using System.Runtime.InteropServices;

namespace Ordo.Sync.Crash.Tests.Vfs;

/// <summary>SQLite's <c>sqlite3_io_methods</c>, version 2. Source: https://www.sqlite.org/c3ref/io_methods.html.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoTable
{
    public int Version;
    public delegate* unmanaged[Cdecl]<FileSlot*, int> Close;
    public delegate* unmanaged[Cdecl]<FileSlot*, byte*, int, long, int> Read;
    public delegate* unmanaged[Cdecl]<FileSlot*, byte*, int, long, int> Write;
    public delegate* unmanaged[Cdecl]<FileSlot*, long, int> Truncate;
    public delegate* unmanaged[Cdecl]<FileSlot*, int, int> Sync;
    public delegate* unmanaged[Cdecl]<FileSlot*, long*, int> FileSize;
    public delegate* unmanaged[Cdecl]<FileSlot*, int, int> Lock;
    public delegate* unmanaged[Cdecl]<FileSlot*, int, int> Unlock;
    public delegate* unmanaged[Cdecl]<FileSlot*, int*, int> CheckReservedLock;
    public delegate* unmanaged[Cdecl]<FileSlot*, int, void*, int> FileControl;
    public delegate* unmanaged[Cdecl]<FileSlot*, int> SectorSize;
    public delegate* unmanaged[Cdecl]<FileSlot*, int> DeviceCharacteristics;
    public delegate* unmanaged[Cdecl]<FileSlot*, int, int, int, void**, int> ShmMap;
    public delegate* unmanaged[Cdecl]<FileSlot*, int, int, int, int> ShmLock;
    public delegate* unmanaged[Cdecl]<FileSlot*, void> ShmBarrier;
    public delegate* unmanaged[Cdecl]<FileSlot*, int, int> ShmUnmap;
}
