using System.Buffers.Binary;
using Ordo.Sync.Faster.Files;

namespace Ordo.Sync.Faster.Log;

/// <summary>Reads the frames of a file one after the other, and what follows where one is no frame.</summary>
internal sealed class FrameReader(IStoreFile file, long salt)
{
    private const int WindowBytes = 1024 * 1024;
    private const int KeptBytesMax = 1024 * 1024;

    private readonly long _length = file.Length;
    private byte[] _buffer = new byte[64 * 1024];

    /// <summary>Where the next frame is expected.</summary>
    public long Offset { get; private set; } = FileHead.SizeBytes;

    /// <summary>The frame read last.</summary>
    public FrameHead Head { get; private set; }

    /// <summary>Its payload; valid until the next read.</summary>
    public ReadOnlyMemory<byte> Payload => _buffer.AsMemory(FrameHead.SizeBytes, Head.Length);

    /// <summary>Reads the next frame, or returns <see langword="false"/> where none that is intact stands.</summary>
    public bool TryRead()
    {
        if (!TryReadAt(Offset, out FrameHead head))
        {
            return false;
        }

        Head = head;
        Offset += FrameHead.SizeBytes + head.Length;
        return true;
    }

    /// <summary>
    /// Whether an intact frame behind <see cref="Offset"/> proves that the frame that should stand there was on the disk once:
    /// then it is no torn tail but damage.
    /// </summary>
    /// <param name="sequence">The frame that should stand there.</param>
    public bool IsDamagedAt(long sequence)
    {
        Span<byte> magic = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(magic, FrameHead.Magic);
        var window = new byte[WindowBytes];
        for (long start = Offset; start < _length; start += WindowBytes - magic.Length + 1)
        {
            Span<byte> read = window.AsSpan(0, file.Read(start, window));
            int at = 0;
            while (read[at..].IndexOf(magic) is >= 0 and var found)
            {
                long candidate = start + at + found - FrameHead.MagicAt;
                if (candidate > Offset && TryReadAt(candidate, out FrameHead head) && head.DurableThrough >= sequence)
                {
                    return true;
                }

                at += found + 1;
            }
        }

        return false;
    }

    /// <summary>How many bytes that are not zero stand behind <see cref="Offset"/>, from there to the last of them.</summary>
    public long CountRest()
    {
        var window = new byte[WindowBytes];
        long count = 0;
        for (long start = Offset; start < _length; start += WindowBytes)
        {
            int last = window.AsSpan(0, file.Read(start, window)).LastIndexOfAnyExcept((byte)0);
            count = last >= 0 ? start - Offset + last + 1 : count;
        }

        return count;
    }

    private bool TryReadAt(long offset, out FrameHead head)
    {
        head = default;
        if (_length - offset < FrameHead.SizeBytes)
        {
            return false;
        }

        file.Read(offset, _buffer.AsSpan(0, FrameHead.SizeBytes));
        if (!FrameHead.TryRead(_buffer, out head) || head.Length > _length - offset - FrameHead.SizeBytes)
        {
            return false;
        }

        int total = FrameHead.SizeBytes + head.Length;
        Resize(total);
        return file.Read(offset, _buffer.AsSpan(0, total)) == total && FrameHead.IsIntact(_buffer.AsSpan(0, total), salt);
    }

    // One large transaction shall not keep its memory until the whole log is read.
    private void Resize(int total)
    {
        if (total > _buffer.Length || (_buffer.Length > KeptBytesMax && total < KeptBytesMax / 2))
        {
            _buffer = new byte[Math.Max(total, KeptBytesMax / 2)];
        }
    }
}
