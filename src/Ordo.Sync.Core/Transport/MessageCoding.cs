using System.IO.Compression;

namespace Ordo.Sync.Transport;

/// <summary>How messages are compressed on their way: Brotli at its fastest level; gzip is understood too. Thread-safe.</summary>
public static class MessageCoding
{
    /// <summary>The name of Brotli in headers.</summary>
    public const string Brotli = "br";

    /// <summary>The name of gzip in headers.</summary>
    public const string Gzip = "gzip";

    private const int QualityFastest = 1;
    private const int WindowBits = 22;
    private const int WindowBitsMin = 16;

    /// <summary>Compresses a message with Brotli, where that makes it smaller.</summary>
    /// <param name="message">The message.</param>
    /// <param name="output">Takes the compressed bytes; unchanged where the result is <see langword="false"/>.</param>
    public static bool TryCompress(ReadOnlySpan<byte> message, MessageBuffer output) =>
        TryCompress(message, output, QualityFastest);

    /// <summary>Compresses a message with Brotli, where that makes it smaller.</summary>
    /// <param name="message">The message.</param>
    /// <param name="output">Takes the compressed bytes; unchanged where the result is <see langword="false"/>.</param>
    /// <param name="quality">0, the fastest, to 11, the smallest.</param>
    public static bool TryCompress(ReadOnlySpan<byte> message, MessageBuffer output, int quality)
    {
        ArgumentNullException.ThrowIfNull(output);
        Span<byte> destination = output.GetSpan(BrotliEncoder.GetMaxCompressedLength(message.Length));
        if (!BrotliEncoder.TryCompress(message, destination, out int written, quality, WindowOf(message.Length))
            || written >= message.Length)
        {
            return false;
        }

        output.Advance(written);
        return true;
    }

    // A window larger than the message finds nothing more, and both sides allocate for it.
    private static int WindowOf(int bytes) =>
        Math.Clamp(System.Numerics.BitOperations.Log2((uint)bytes | 1) + 1, WindowBitsMin, WindowBits);

    /// <summary>
    /// A stream of the decompressed bytes of <paramref name="body"/>, which it leaves open; <see langword="null"/> for a coding
    /// this version does not understand. Whoever reads it bounds what comes out.
    /// </summary>
    /// <param name="coding">The coding by its name in headers; empty, <see langword="null"/> or "identity" for none.</param>
    /// <param name="body">The bytes as they came.</param>
    public static Stream? TryDecode(string? coding, Stream body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return coding?.Trim().ToUpperInvariant() switch
        {
            null or "" or "IDENTITY" => body,
            "BR" => new BrotliStream(body, CompressionMode.Decompress, leaveOpen: true),
            "GZIP" or "X-GZIP" => new GZipStream(body, CompressionMode.Decompress, leaveOpen: true),
            _ => null,
        };
    }
}
