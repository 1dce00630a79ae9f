using Microsoft.Win32.SafeHandles;

namespace Ordo.Sync.Faster.Files;

/// <summary>A file of the operating system.</summary>
internal sealed class DiskFile(string name, SafeFileHandle handle) : IStoreFile
{
    public string Name => name;

    public long Length => RandomAccess.GetLength(handle);

    public void SetLength(long length) => RandomAccess.SetLength(handle, length);

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

    public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(handle, bytes, offset);

    public void Flush() => RandomAccess.FlushToDisk(handle);

    public void Dispose() => handle.Dispose();
}
