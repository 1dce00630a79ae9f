using System.Numerics;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// Cuts content where the content itself says so: an edit moves the cuts around it, those further off stay, and so do their
/// chunks. FastCDC with normalised chunking of level 2: Xia, Zhou, Jiang, Feng, Hua, Hu, Zhang, Liu: "FastCDC: a Fast and
/// Efficient Content-Defined Chunking Approach for Data Deduplication", USENIX ATC 2016. Thread-safe.
/// </summary>
/// <remarks>
/// A gear hash rolls over the last 64 bytes; its highest bits decide. Before the mean length two bits more must be zero than the
/// mean asks for, behind it two bits fewer, so lengths gather around the mean. The first <see cref="ChunkingOptions.BytesMin"/>
/// bytes of a chunk are not looked at.
/// </remarks>
public sealed class ContentChunker
{
    private const int NormalisationBits = 2;

    private static readonly ulong[] Gear = MakeGear();

    private readonly ChunkingOptions _options;
    private readonly ulong _maskBeforeMean;
    private readonly ulong _maskAfterMean;

    /// <summary>Makes a chunker.</summary>
    /// <param name="options">The lengths; <see cref="ChunkingOptions.Default"/> by default.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public ContentChunker(ChunkingOptions? options = null)
    {
        _options = options ?? ChunkingOptions.Default;
        _options.Validate();
        int bits = BitOperations.Log2((uint)_options.BytesMean);
        _maskBeforeMean = HighBits(bits + NormalisationBits);
        _maskAfterMean = HighBits(bits - NormalisationBits);
    }

    /// <summary>The most bytes that <see cref="FindCut"/> looks at.</summary>
    public int WindowBytes => _options.BytesMax;

    /// <summary>The length of the first chunk of the rest of some content.</summary>
    /// <param name="rest">
    /// The rest, or its first <see cref="WindowBytes"/> bytes: with fewer, the content is taken to end there.
    /// </param>
    public int FindCut(ReadOnlySpan<byte> rest)
    {
        if (rest.Length <= _options.BytesMin)
        {
            return rest.Length;
        }

        int end = Math.Min(rest.Length, _options.BytesMax);
        int mean = Math.Min(end, _options.BytesMean);
        ulong hash = 0;
        int found = Roll(rest, _options.BytesMin, mean, _maskBeforeMean, ref hash);
        if (found < 0)
        {
            found = Roll(rest, mean, end, _maskAfterMean, ref hash);
        }

        return found < 0 ? end : found;
    }

    private static int Roll(ReadOnlySpan<byte> rest, int from, int to, ulong mask, ref ulong rolling)
    {
        ReadOnlySpan<ulong> gear = Gear;
        ulong hash = rolling;
        for (int i = from; i < to; i++)
        {
            hash = (hash << 1) + gear[rest[i]];
            if ((hash & mask) == 0)
            {
                return i + 1;
            }
        }

        rolling = hash;
        return -1;
    }

    // The highest bits depend on the last 64 bytes, the lowest on the last one only.
    private static ulong HighBits(int count) => ulong.MaxValue << (64 - count);

    // Any fixed table of random numbers serves; this one is SplitMix64 (Steele, Lea, Flood 2014) from zero. To change it is safe,
    // but new blobs would share no chunks with old ones.
    private static ulong[] MakeGear()
    {
        var gear = new ulong[256];
        ulong state = 0;
        for (int i = 0; i < gear.Length; i++)
        {
            ulong z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            gear[i] = z ^ (z >> 31);
        }

        return gear;
    }
}
