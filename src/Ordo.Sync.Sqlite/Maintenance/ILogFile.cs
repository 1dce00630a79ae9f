namespace Ordo.Sync.Sqlite.Maintenance;

/// <summary>
/// The write-ahead log as the store itself touches it, beside SQLite: on the file system, or where a test's file system keeps it.
/// </summary>
internal interface ILogFile : IDisposable
{
    /// <summary>The file's length in bytes.</summary>
    long Length { get; }

    /// <summary>Writes bytes at an offset.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Waits until all that was written to the file is on the disk.</summary>
    void FlushToDisk();
}
