using Ordo.Sync.Causality;
using Ordo.Sync.Faster.Binary;

namespace Ordo.Sync.Faster.Operations;

/// <summary>The stored forms of dots and of vectors of them.</summary>
internal static class DotCodec
{
    /// <exception cref="InvalidDataException">The bytes are no dot.</exception>
    public static Dot Read(ref ByteReader reader)
    {
        long value = reader.ReadNumber();
        return (value & Dot.CounterMax) != 0
            ? Dot.FromValue(value)
            : throw new InvalidDataException("a dot has the counter 0");
    }

    public static void Write(ByteWriter writer, ReadOnlySpan<Dot> dots)
    {
        writer.WriteNumber(dots.Length);
        foreach (Dot dot in dots)
        {
            writer.WriteNumber(dot.Value);
        }
    }

    /// <exception cref="InvalidDataException">The bytes are no vector.</exception>
    public static VersionVector ReadVector(ref ByteReader reader)
    {
        var dots = new Dot[reader.ReadCount()];
        for (int i = 0; i < dots.Length; i++)
        {
            dots[i] = Read(ref reader);
        }

        return VersionVector.Of(dots);
    }
}
