using Ordo.Sync.Sqlite.Maintenance;

namespace Ordo.Sync.Sqlite.Tests;

/// <summary>A log whose flushes fail while it is told so: what the store does itself, beside SQLite.</summary>
internal sealed class FaultyLogFile(string path, Func<bool> fails) : ILogFile
{
    private readonly SystemLogFile _file = new(path);

    public long Length => _file.Length;

    public void Write(ReadOnlySpan<byte> bytes, long offset) => _file.Write(bytes, offset);

    public void FlushToDisk()
    {
        if (fails())
        {
            throw new IOException("The disk does not answer.");
        }

        _file.FlushToDisk();
    }

    public void Dispose() => _file.Dispose();
}
