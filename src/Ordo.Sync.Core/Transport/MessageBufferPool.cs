namespace Ordo.Sync.Transport;

/// <summary>
/// The arrays that messages are written to, kept for the next one. Unlike the shared pool of .NET it is bounded in bytes and can
/// be emptied, so that a device near its memory limit is not left with the arrays of its largest messages. Thread-safe.
/// </summary>
internal sealed class MessageBufferPool
{
    private const int ArrayBytesMin = 4 * 1024;
    private const int ArraysMax = 16;

    private readonly long _bytesMax;
    private readonly Lock _lock = new();
    private readonly List<byte[]> _arrays = [];
    private long _bytes;

    /// <param name="bytesMax">The most bytes it keeps.</param>
    public MessageBufferPool(long bytesMax) => _bytesMax = bytesMax;

    /// <summary>The pool of the process: at most 24 MiB, the arrays of one largest message and its compressed form.</summary>
    public static MessageBufferPool Shared { get; } = new(24 * 1024 * 1024);

    /// <summary>The bytes it keeps at the moment.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Takes an array of at least so many bytes.</summary>
    public byte[] Rent(int bytesMin)
    {
        lock (_lock)
        {
            int best = -1;
            for (int i = 0; i < _arrays.Count; i++)
            {
                int length = _arrays[i].Length;
                if (length >= bytesMin && (best < 0 || length < _arrays[best].Length))
                {
                    best = i;
                }
            }

            if (best >= 0)
            {
                byte[] kept = _arrays[best];
                _arrays.RemoveAt(best);
                _bytes -= kept.Length;
                return kept;
            }
        }

        // Nothing reads past what was written, so nothing needs to be cleared.
        return GC.AllocateUninitializedArray<byte>(SizeOf(bytesMin));
    }

    /// <summary>Gives an array back.</summary>
    public void Return(byte[] array)
    {
        lock (_lock)
        {
            if (_bytes + array.Length <= _bytesMax && _arrays.Count < ArraysMax)
            {
                _arrays.Add(array);
                _bytes += array.Length;
            }
        }
    }

    /// <summary>Lets go of all it keeps.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            _arrays.Clear();
            _bytes = 0;
        }
    }

    // Round sizes find a taker again; above 1 MiB whole mebibytes, for the next power of two could be nearly twice as much.
    private static int SizeOf(int bytesMin)
    {
        const int mebi = 1024 * 1024;
        return bytesMin <= mebi
            ? (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytesMin, ArrayBytesMin))
            : checked((bytesMin + mebi - 1) / mebi * mebi);
    }
}
