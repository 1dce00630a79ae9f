using System.Buffers.Binary;

namespace Ordo.Sync.Replication.Admission;

/// <summary>
/// Bytes counted over a sliding window: those of the present window, and those of the one before in proportion to how much of it
/// still lies within. Three numbers, whatever the traffic. Windows begin at multiples of their length since the Unix epoch, so that
/// several processes mean the same ones. Source: the sliding window counter, Desgats: How we built rate limiting capable of scaling
/// to millions of domains (2017).
/// </summary>
/// <param name="Number">The number of the window that was counted in last.</param>
/// <param name="Bytes">What was counted in it.</param>
/// <param name="BytesBefore">What was counted in the one before.</param>
public readonly record struct ByteWindow(long Number, long Bytes, long BytesBefore)
{
    private const int SizeBytes = 3 * sizeof(long);

    /// <summary>The window with more bytes.</summary>
    /// <param name="now">When they came.</param>
    /// <param name="length">The length of a window.</param>
    /// <param name="bytes">How many.</param>
    public ByteWindow With(DateTimeOffset now, TimeSpan length, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ByteWindow current = At(now, length);
        return current with { Bytes = long.CreateSaturating((Int128)current.Bytes + bytes) };
    }

    /// <summary>How long nothing more is to be taken: until fewer than so many bytes lie within the window; zero for at once.</summary>
    /// <param name="now">The time.</param>
    /// <param name="length">The length of a window.</param>
    /// <param name="bytesMax">The bytes allowed; whoever has used fewer may bring a message more, however long that is.</param>
    public TimeSpan WaitFor(DateTimeOffset now, TimeSpan length, long bytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesMax, 1);
        ByteWindow current = At(now, length);
        double passed = Passed(now, length);
        if (current.Bytes + (current.BytesBefore * (1 - passed)) < bytesMax)
        {
            return TimeSpan.Zero;
        }

        // Within this window, while what came before it moves out; else in the next, while what came in this one does.
        double until = current.Bytes < bytesMax
            ? 1 - ((double)(bytesMax - current.Bytes) / current.BytesBefore)
            : 2 - ((double)bytesMax / current.Bytes);
        TimeSpan wait = length * Math.Max(0, until - passed);
        return wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1);
    }

    /// <summary>Whether nothing that was counted lies within the window any more.</summary>
    public bool IsOver(DateTimeOffset now, TimeSpan length) => At(now, length) is { Bytes: 0, BytesBefore: 0 };

    /// <summary>The form that is stored.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[SizeBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long)), Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(2 * sizeof(long)), BytesBefore);
        return bytes;
    }

    /// <summary>Reads what was stored; an empty window where it is none.</summary>
    public static ByteWindow FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == SizeBytes
        ? new ByteWindow(
            BinaryPrimitives.ReadInt64LittleEndian(bytes),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(long)..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[(2 * sizeof(long))..]))
        : default;

    // What was counted under another length, or ahead of a clock that was set back, is let go.
    private ByteWindow At(DateTimeOffset now, TimeSpan length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, TimeSpan.FromMilliseconds(1));
        long number = now.ToUnixTimeMilliseconds() / (long)length.TotalMilliseconds;
        return number == Number ? this
            : number == Number + 1 ? new ByteWindow(number, 0, Bytes)
            : new ByteWindow(number, 0, 0);
    }

    private static double Passed(DateTimeOffset now, TimeSpan length)
    {
        long milliseconds = (long)length.TotalMilliseconds;
        return (double)(now.ToUnixTimeMilliseconds() % milliseconds) / milliseconds;
    }
}
