using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Errors;
using Ordo.Sync.Fuzz.Tests.Corpora;
using Ordo.Sync.Http;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>What HTTP carries around messages: compressed bodies, refusals, when to come again.</summary>
internal static class HttpTargets
{
    private const int UnpackedBytesMax = 64 * 1024;
    private const int BombBytes = 32 * 1024 * 1024;

    // What a decompressor takes for its window and tables, whatever comes.
    private const long DecoderBytesMax = 1024 * 1024;

    private static readonly FakeTimeProvider Time = new();

    public static IEnumerable<FuzzTarget> All(Sample sample)
    {
        byte[][] messages = [.. sample.Messages.PullResponses.Concat(sample.Messages.PushRequests)];
        yield return Packed("http-brotli", MessageCoding.Brotli, [.. messages.Select(Brotli), Brotli(new byte[BombBytes])]);
        yield return Packed("http-gzip", MessageCoding.Gzip, [.. messages.Select(Gzip), Gzip(new byte[BombBytes])]);
        byte[][] problems =
        [
            Encoding.UTF8.GetBytes("""{"type":"about:blank","title":"No","status":403,"detail":"Not here.","ordoCode":204,"hint":"Ask."}"""),
            Encoding.UTF8.GetBytes("""{"detail":"a\u0000\r\nb","ordoCode":101,"hint":null}"""),
        ];
        yield return new FuzzTarget("http-problem", problems, static bytes => ReadProblem(bytes, coding: null));
        yield return new FuzzTarget("http-packed-problem", [.. problems.Select(Brotli)], static bytes => ReadProblem(bytes, MessageCoding.Brotli))
        {
            FixedBytesMax = DecoderBytesMax,
        };
        yield return new FuzzTarget(
            "http-retry-after", ["120"u8.ToArray(), "Fri, 27 Nov 2026 03:00:00 GMT"u8.ToArray()], ReadRetryAfter);
    }

    // A receiver bounds what comes out, not what goes in: a message that is small on the wire may be large.
    private static FuzzTarget Packed(string name, string coding, byte[][] seeds) => new(
        name, [.. seeds.Where(static seed => seed.Length > 0)], bytes => Unpack(bytes, coding))
    {
        IsRefusal = static exception => exception is InvalidDataException or InvalidOperationException,
        FixedBytesMax = DecoderBytesMax + (4 * UnpackedBytesMax),
    };

    private static void Unpack(byte[] bytes, string coding)
    {
        using var body = new MemoryStream(bytes);
        using Stream decoded = MessageCoding.TryDecode(coding, body)!;
        using var buffer = new MessageBuffer(UnpackedBytesMax, "message");
        try
        {
            buffer.ReadFromAsync(decoded).AsTask().GetAwaiter().GetResult();
        }
        catch (SyncException exception) when (exception.Code == SyncErrorCode.TooLarge)
        {
            // What a receiver does with a bomb.
        }

        if (buffer.WrittenCount > UnpackedBytesMax)
        {
            throw new OverflowException($"{buffer.WrittenCount} bytes came out; {UnpackedBytesMax} are the most.");
        }
    }

    // A refusal that cannot be understood says nothing; it is never an exception of its own.
    private static void ReadProblem(byte[] bytes, string? coding)
    {
        using var body = new MemoryStream(bytes);
        using var content = new ByteArrayContent([]);
        content.Headers.ContentType = new MediaTypeHeaderValue(HttpBinding.ProblemMediaType);
        if (coding is not null)
        {
            content.Headers.ContentEncoding.Add(coding);
        }

        Problem problem = Problem.ReadAsync(content, body, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        if ((problem.Detail + problem.Hint).Any(char.IsControl) || problem.Code is SyncErrorCode.StoreCorrupt or SyncErrorCode.Internal)
        {
            throw new FormatException($"A refusal came through as it was: {problem}");
        }
    }

    private static void ReadRetryAfter(byte[] bytes)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("Retry-After", Encoding.Latin1.GetString(bytes));
        if (RetryAfter.Of(response, Time) is { } wait && (wait < TimeSpan.Zero || wait > TimeSpan.FromDays(1)))
        {
            throw new OverflowException($"A peer sends this device to sleep for {wait}.");
        }
    }

    /// <summary>A message, compressed.</summary>
    public static byte[] Brotli(byte[] message) =>
        Pack(message, static packed => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true));

    private static byte[] Gzip(byte[] message) =>
        Pack(message, static packed => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true));

    private static byte[] Pack(byte[] message, Func<Stream, Stream> open)
    {
        using var packed = new MemoryStream();
        using (Stream stream = open(packed))
        {
            stream.Write(message);
        }

        return packed.ToArray();
    }
}
