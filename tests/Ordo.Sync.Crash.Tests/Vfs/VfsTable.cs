using System.Runtime.InteropServices;

namespace Ordo.Sync.Crash.Tests.Vfs;

/// <summary>SQLite's <c>sqlite3_vfs</c>, version 2. Source: https://www.sqlite.org/c3ref/vfs.html.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VfsTable
{
    public int Version;
    public int FileBytes;
    public int PathBytesMax;
    public VfsTable* Next;
    public byte* Name;
    public void* AppData;
    public delegate* unmanaged[Cdecl]<VfsTable*, byte*, FileSlot*, int, int*, int> Open;
    public delegate* unmanaged[Cdecl]<VfsTable*, byte*, int, int> Delete;
    public delegate* unmanaged[Cdecl]<VfsTable*, byte*, int, int*, int> Access;
    public delegate* unmanaged[Cdecl]<VfsTable*, byte*, int, byte*, int> FullPathname;
    public void* DlOpen;
    public void* DlError;
    public void* DlSym;
    public void* DlClose;
    public delegate* unmanaged[Cdecl]<VfsTable*, int, byte*, int> Randomness;
    public delegate* unmanaged[Cdecl]<VfsTable*, int, int> Sleep;
    public delegate* unmanaged[Cdecl]<VfsTable*, double*, int> CurrentTime;
    public delegate* unmanaged[Cdecl]<VfsTable*, int, byte*, int> GetLastError;
    public delegate* unmanaged[Cdecl]<VfsTable*, long*, int> CurrentTimeInt64;
}
