using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// Makes content and names durable. After a rename a file may be there under its old name, its new one or none when the power
/// fails, until its folder is flushed. The platform has no call for that, so it is that of the system; on Windows, where folders
/// cannot be flushed, NTFS journals names itself.
/// </summary>
internal static class DiskFlush
{
    private const int ReadOnly = 0;
    private const uint StartWriting = 2; // SYNC_FILE_RANGE_WRITE

    /// <summary>Makes the names in a folder durable.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int handle = Open(Encoding.UTF8.GetBytes(folder + '\0'), ReadOnly);
        if (handle < 0)
        {
            throw Failed(folder);
        }

        try
        {
            if (Synchronize(handle) != 0)
            {
                throw Failed(folder);
            }
        }
        finally
        {
            _ = Close(handle);
        }
    }

    /// <summary>Makes a file's content durable.</summary>
    public static void FlushFile(string file)
    {
        using SafeFileHandle handle = File.OpenHandle(
            file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>
    /// Has the system begin to write a file, where it can be told: a flush that comes later finds little left to do. A hint: what
    /// becomes of it does not matter, since the flush itself says what failed.
    /// </summary>
    public static void BeginWriting(SafeFileHandle handle)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SynchronizeRange(handle, 0, 0, StartWriting);
        }
    }

    private static IOException Failed(string folder)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException(
            $"The folder '{folder}' cannot be flushed: {Marshal.GetPInvokeErrorMessage(error)}.", error);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronize(int handle);

    [DllImport("libc", EntryPoint = "sync_file_range")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SynchronizeRange(SafeFileHandle handle, long offset, long count, uint flags);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
