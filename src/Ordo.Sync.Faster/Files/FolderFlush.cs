using System.Runtime.InteropServices;

namespace Ordo.Sync.Faster.Files;

/// <summary>
/// Puts the names of a folder on the disk, which .NET has no call for: without it a power cut may take a new file's name, and with
/// it the file, although its content was flushed.
/// </summary>
internal static partial class FolderFlush
{
    private const int OpenReadOnly = 0;

    /// <exception cref="IOException">The system refused.</exception>
    public static void Run(string folder)
    {
        // Windows keeps names in its journal, and lets nobody flush a folder.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int handle = Open(folder, OpenReadOnly);
        if (handle < 0)
        {
            throw Failure("opened", folder);
        }

        int result = Flush(handle);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(handle);
        if (result != 0)
        {
            Marshal.SetLastPInvokeError(error);
            throw Failure("flushed", folder);
        }
    }

    private static IOException Failure(string what, string folder)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"The folder '{folder}' cannot be {what}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
