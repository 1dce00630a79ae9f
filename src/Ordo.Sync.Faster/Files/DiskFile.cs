using Microsoft.Win32.SafeHandles;

namespace Ordo.Sync.Faster.Files;

/// <summary>A file of the operating system.</summary>
internal sealed class DiskFile(string name, SafeFileHandle handle) : IStoreFile
{
    public string Name => name;

    public long Length => RandomAccess.GetLength(handle);

    public void SetLength(long length)
    {
        try
        {
            RandomAccess.SetLength(handle, length);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw TooLong(exception);
        }
    }

    public int Read(long offset, Span<byte> buffer)
    {
        int count = 0;
        while (count < buffer.Length)
        {
            int read = RandomAccess.Read(handle, buffer[count..], offset + count);
            if (read == 0)
            {
                break;
            }

            count += read;
        }

        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw TooLong(exception);
        }
    }

    public void Flush() => RandomAccess.FlushToDisk(handle);

    public void Dispose() => handle.Dispose();

    // What .NET throws where the system lets a file grow no longer (EFBIG: a limit of the file system's, or of the user's).
    private IOException TooLong(ArgumentOutOfRangeException exception) =>
        new($"The system lets the file '{name}' grow no longer.", exception);
}
