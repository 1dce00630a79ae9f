using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Ordo.Sync.Replication;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Http;

/// <summary>
/// A message as the content of a request. It can be sent again, after a 401 for example, and counts what it sends. Its buffer
/// returns to the pool only when nothing sends it any more: over HTTP/2, a request may still be under way when its response
/// has come, or when the caller has given up.
/// </summary>
internal sealed class MessageContent : HttpContent
{
    private readonly MessageBuffer _message;
    private readonly Action<int> _count;
    private int _users = 1;
    private int _isDisposed;

    public MessageContent(MessageBuffer message, string? coding, Action<int> count)
    {
        _message = message;
        _count = count;
        Headers.ContentType = new MediaTypeHeaderValue(HttpBinding.MediaType);
        if (coding is not null)
        {
            Headers.ContentEncoding.Add(coding);
        }
    }

    /// <summary>Encodes a message, compressed where that pays.</summary>
    /// <param name="message">The message.</param>
    /// <param name="write">How it is written.</param>
    /// <param name="options">From which length on it is compressed, and how well.</param>
    /// <param name="count">Is told of the bytes that are sent.</param>
    public static MessageContent Encode<T>(
        T message, Action<IBufferWriter<byte>, T> write, HttpTransportOptions options, Action<int> count)
    {
        var plain = new MessageBuffer(ProtocolLimits.MessageBytesMax, "request");
        MessageBuffer? compressed = null;
        try
        {
            write(plain, message);
            if (plain.WrittenCount >= options.CompressRequestsFromBytes)
            {
                compressed = new MessageBuffer(ProtocolLimits.MessageBytesMax, "request");
                if (MessageCoding.TryCompress(plain.WrittenMemory.Span, compressed, options.CompressionQuality))
                {
                    var content = new MessageContent(compressed, MessageCoding.Brotli, count);
                    plain.Dispose();
                    return content;
                }

                compressed.Dispose();
            }

            return new MessageContent(plain, coding: null, count);
        }
        catch
        {
            plain.Dispose();
            compressed?.Dispose();
            throw;
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Acquire();
        try
        {
            await stream.WriteAsync(_message.WrittenMemory, cancellationToken).ConfigureAwait(false);
            _count(_message.WrittenCount);
        }
        finally
        {
            Release();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _message.WrittenCount;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            Release();
        }

        base.Dispose(disposing);
    }

    private void Acquire()
    {
        int users;
        do
        {
            users = Volatile.Read(ref _users);
            ObjectDisposedException.ThrowIf(users == 0, this);
        }
        while (Interlocked.CompareExchange(ref _users, users + 1, users) != users);
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _message.Dispose();
        }
    }
}
