using System.Globalization;
using System.Text;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Faster.Files;

/// <summary>
/// The exclusive right to a store's folder: an operating system lock on a file in it, which the system releases when the process
/// dies, however it dies. FASTER itself takes none.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    public const string FileName = "lock";

    private const int SharingViolationWindows = unchecked((int)0x80070020);
    private const int LockViolationWindows = unchecked((int)0x80070021);
    private const int WouldBlockLinux = 11;
    private const int WouldBlockMac = 35;

    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="SyncException">Another store holds it, or the file cannot be made.</exception>
    public static StoreLock Take(string folder)
    {
        FileStream? file = null;
        try
        {
            string path = Path.Combine(folder, FileName);
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);

            // For people who look which process it is; the lock itself is the system's.
            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new StoreLock(file);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            throw new SyncException(
                SyncErrorCode.StoreLocked,
                $"The store '{folder}' is open already, here or in another process.",
                "Close the other app, or share one store between the parts of this one.",
                exception);
        }
        catch (Exception exception) when (Failures.IsOfFiles(exception))
        {
            file?.Dispose();
            throw Failures.Of(folder, "its lock file cannot be made", exception);
        }
    }

    /// <summary>Releases the lock. The file stays: removing it could take the lock from one who opened it meanwhile.</summary>
    public void Dispose() => _file.Dispose();

    private static bool IsHeld(IOException exception) => exception.HResult
        is SharingViolationWindows or LockViolationWindows or WouldBlockLinux or WouldBlockMac;
}
