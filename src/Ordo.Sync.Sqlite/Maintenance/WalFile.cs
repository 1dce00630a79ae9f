using Microsoft.Win32.SafeHandles;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Maintenance;

/// <summary>
/// The write-ahead log as a file, to bring a commit to the disk that was made when SQLite was told not to wait for it.
/// SQLite takes no locks on this file, so opening it a second time is harmless.
/// </summary>
internal sealed class WalFile(string databasePath) : IDisposable
{
    private SafeFileHandle? _file;

    /// <summary>Waits until all that was written to the log is on the disk.</summary>
    public void Flush()
    {
        try
        {
            _file ??= File.OpenHandle(
                databasePath + "-wal", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(_file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failures.Unavailable(databasePath, $"its log cannot be flushed to the disk: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
