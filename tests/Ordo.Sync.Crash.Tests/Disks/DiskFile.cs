using Ordo.Sync.Crash.Tests.Vfs;

namespace Ordo.Sync.Crash.Tests.Disks;

/// <summary>A file as the running system sees it, whatever of it is on the disk. The disk's gate guards it.</summary>
internal sealed class DiskFile(int id, string name)
{
    private byte[] _bytes = [];

    /// <summary>Tells it from an earlier file of the same name.</summary>
    public int Id => id;

    public string Name => name;

    public long Length { get; private set; }

    public FileLocks Locks { get; } = new();

    public SharedMemory Memory { get; } = new();

    public static DiskFile Of(int id, string name, byte[] bytes) => new(id, name) { _bytes = bytes, Length = bytes.Length };

    public int Read(long offset, Span<byte> target)
    {
        int count = (int)Math.Clamp(Length - offset, 0, target.Length);
        _bytes.AsSpan((int)Math.Min(offset, Length), count).CopyTo(target);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        long end = offset + bytes.Length;
        if (end > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Max(end, _bytes.Length * 2L));
        }

        bytes.CopyTo(_bytes.AsSpan((int)offset));
        Length = Math.Max(Length, end);
    }

    public void Resize(long length)
    {
        if (length > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)length);
        }
        else if (length < Length)
        {
            // A file that grows again has zeros there.
            _bytes.AsSpan((int)length, (int)(Length - length)).Clear();
        }

        Length = length;
    }

    public byte[] ToArray() => _bytes.AsSpan(0, (int)Length).ToArray();
}
