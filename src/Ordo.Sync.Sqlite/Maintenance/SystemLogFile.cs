using Microsoft.Win32.SafeHandles;

namespace Ordo.Sync.Sqlite.Maintenance;

/// <summary>The log on the system's file system. SQLite takes no locks on it, so opening it a second time is harmless.</summary>
internal sealed class SystemLogFile(string path) : ILogFile
{
    private readonly SafeFileHandle _file = File.OpenHandle(
        path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    /// <inheritdoc/>
    public long Length => RandomAccess.GetLength(_file);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(_file, bytes, offset);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            // What .NET throws where the system lets a file grow no longer (EFBIG: a limit of the file system's, or of the user's).
            throw new IOException($"The system lets the log '{path}' grow no longer.", exception);
        }
    }

    /// <inheritdoc/>
    public void FlushToDisk() => RandomAccess.FlushToDisk(_file);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
