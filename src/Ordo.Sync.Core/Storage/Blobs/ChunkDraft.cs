namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// A file being written under a temporary name. What is not published is removed, whatever went wrong: a full
/// disk leaves no torn file.
/// </summary>
internal sealed class ChunkDraft : IDisposable
{
    private readonly IBlobDisk _disk;
    private readonly string _name;
    private readonly Action? _discarded;
    private IBlobFile? _file;
    private bool _isPublished;

    /// <summary>Begins a file.</summary>
    /// <param name="disk">Where it lies.</param>
    /// <param name="name">The temporary name.</param>
    /// <param name="lengthBytes">Its final length, so that a disk without room says so before anything is written.</param>
    /// <param name="discarded">Called where the file goes without having got its name.</param>
    public ChunkDraft(IBlobDisk disk, string name, long lengthBytes, Action? discarded = null)
    {
        _disk = disk;
        _name = name;
        _discarded = discarded;
        try
        {
            _file = disk.Create(name, lengthBytes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Write(ReadOnlySpan<byte> content) => _file!.Write(content);

    /// <summary>Ends the file: durably, or with a flush to follow before anything relies on it after a power failure.</summary>
    public void Close(bool flushes)
    {
        if (flushes)
        {
            _file!.Flush();
        }
        else
        {
            _file!.BeginWriting();
        }

        _file.Dispose();
        _file = null;
    }

    /// <summary>Gives the file its name.</summary>
    public void Publish(string name)
    {
        _disk.Move(_name, name);
        _isPublished = true;
    }

    public void Dispose()
    {
        _file?.Dispose();
        if (!_isPublished)
        {
            _disk.Delete(_name);
            _discarded?.Invoke();
        }
    }
}
