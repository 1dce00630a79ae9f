using System.Runtime.InteropServices;

namespace Ordo.Sync.Crash.Tests.Vfs;

/// <summary>
/// SQLite's <c>sqlite3_file</c> with what this file system keeps in it. SQLite allots it and passes it to each call.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FileSlot
{
    public IoTable* Methods;

    /// <summary>A handle of the <see cref="OpenFile"/>.</summary>
    public nint Handle;
}
