using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Maintenance;

/// <summary>
/// The write-ahead log as a file: to bring a commit to the disk that was made when SQLite was told not to wait for it, and
/// to give the log room before it needs it.
/// </summary>
/// <param name="databasePath">The database file, beside which the log stands.</param>
/// <param name="open">Opens the log, which is there from the first commit on.</param>
internal sealed class WalFile(string databasePath, Func<string, ILogFile> open) : IDisposable
{
    private const int GrowthBytesMin = 256 * 1024;
    private const int GrowthBytesMax = 2 * 1024 * 1024;
    private const int LargeCommitBytes = 1024 * 1024;

    private static readonly byte[] Zeros = new byte[64 * 1024];

    private readonly Lock _opening = new();
    private ILogFile? _file;
    private long _length;

    /// <summary>Waits until all that was written to the log is on the disk.</summary>
    public void Flush()
    {
        try
        {
            Open().FlushToDisk();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failures.Unavailable(databasePath, $"its log cannot be flushed to the disk: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Gives the log room where the last commit made its file longer. A flush of blocks that the file has already costs half
    /// of one that also has to record a new length, so the file grows by large steps and not by commits. By the writer, in
    /// its turn: nobody appends to the log meanwhile.
    /// </summary>
    /// <remarks>
    /// What follows the last commit in a log is ignored: its frames carry neither the log's salt nor its running checksum.
    /// Source: https://www.sqlite.org/fileformat2.html#the_write_ahead_log.
    /// </remarks>
    public void Reserve()
    {
        try
        {
            ILogFile file = Open();
            long length = file.Length;
            if (length == _length)
            {
                return;
            }

            bool isLarge = length - _length > LargeCommitBytes;
            _length = length;
            if (isLarge)
            {
                // What recording a new length costs is little beside such a commit, and zeros would be as many bytes again.
                return;
            }

            if (DiskSpace.IsShort(databasePath))
            {
                return;
            }

            long end = length + Math.Clamp(length, GrowthBytesMin, GrowthBytesMax);
            while (_length < end)
            {
                int count = (int)Math.Min(Zeros.Length, end - _length);
                file.Write(Zeros.AsSpan(0, count), _length);
                _length += count;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Room in advance is a matter of speed. The commit stands; if the disk is full, the next one says so.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    // The writer gives it room while another flushes it.
    private ILogFile Open()
    {
        lock (_opening)
        {
            return _file ??= open(databasePath + "-wal");
        }
    }
}
