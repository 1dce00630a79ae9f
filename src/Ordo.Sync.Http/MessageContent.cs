using System.Net;
using System.Net.Http.Headers;
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
