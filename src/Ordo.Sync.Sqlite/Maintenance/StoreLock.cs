using System.Globalization;
using System.Text;
using Ordo.Sync.Errors;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Maintenance;

/// <summary>
/// The exclusive right to write a store: an operating system lock on a file beside it, which the system releases when
/// the process dies, however it dies. SQLite's own locks guard one transaction; this one guards what the store caches
/// between them.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private const int SharingViolationWindows = unchecked((int)0x80070020);
    private const int LockViolationWindows = unchecked((int)0x80070021);
    private const int WouldBlockLinux = 11;
    private const int WouldBlockMac = 35;

    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="SyncException">Another store holds it, or the file cannot be made.</exception>
    public static StoreLock Take(string databasePath)
    {
        string path = databasePath + ".lock";
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            throw new SyncException(
                SyncErrorCode.StoreLocked,
                $"The store '{databasePath}' is open for writing already, here or in another process.",
                "Close the other app, share one store between the parts of this one, or open with SqliteStoreOptions.ReadOnly.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failures.Unavailable(databasePath, $"its lock file '{path}' cannot be made: {exception.Message}", exception);
        }

        try
        {
            // For people who look which process it is; the lock itself is the system's, and .NET does not read a file
            // locked so.
            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
        }
        catch (IOException exception)
        {
            file.Dispose();
            throw Failures.Unavailable(databasePath, $"its lock file '{path}' cannot be written: {exception.Message}", exception);
        }

        return new StoreLock(file);
    }

    /// <summary>
    /// Releases the lock. The file stays: removing it could take the lock from one who opened it meanwhile.
    /// </summary>
    public void Dispose() => _file.Dispose();

    private static bool IsHeld(IOException exception) => exception.HResult
        is SharingViolationWindows or LockViolationWindows or WouldBlockLinux or WouldBlockMac;
}
