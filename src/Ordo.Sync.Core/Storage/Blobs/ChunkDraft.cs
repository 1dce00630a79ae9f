using Microsoft.Win32.SafeHandles;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// A file being written under a temporary name. What is not published is removed, whatever went wrong: a full
/// disk leaves no torn file.
/// </summary>
internal sealed class ChunkDraft : IDisposable
{
    private readonly string _file;
    private readonly Action? _discarded;
    private SafeFileHandle? _handle;
    private long _written;
    private bool _isPublished;

    /// <summary>Begins a file.</summary>
    /// <param name="file">The temporary name.</param>
    /// <param name="lengthBytes">Its final length, so that a disk without room says so before anything is written.</param>
    /// <param name="discarded">Called where the file goes without having got its name.</param>
    public ChunkDraft(string file, long lengthBytes, Action? discarded = null)
    {
        _file = file;
        _discarded = discarded;
        try
        {
            _handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None, lengthBytes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Write(ReadOnlySpan<byte> content)
    {
        RandomAccess.Write(_handle!, content, _written);
        _written += content.Length;
    }

    /// <summary>Ends the file: durably, or with a flush to follow before anything relies on it after a power failure.</summary>
    public void Close(bool flushes)
    {
        if (flushes)
        {
            RandomAccess.FlushToDisk(_handle!);
        }
        else
        {
            DiskFlush.BeginWriting(_handle!);
        }

        _handle!.Dispose();
        _handle = null;
    }

    /// <summary>Gives the file its name.</summary>
    public void Publish(string file)
    {
        File.Move(_file, file, overwrite: true);
        _isPublished = true;
    }

    public void Dispose()
    {
        _handle?.Dispose();
        if (!_isPublished)
        {
            File.Delete(_file);
            _discarded?.Invoke();
        }
    }
}
