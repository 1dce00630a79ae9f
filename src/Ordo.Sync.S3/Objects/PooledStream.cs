using System.Buffers;

namespace Ordo.Sync.S3.Objects;

/// <summary>Content in a pooled buffer, which goes back when the stream is disposed. For one reader.</summary>
internal sealed class PooledStream(byte[] buffer, int length) : MemoryStream(buffer, 0, length, writable: false)
{
    private byte[]? _buffer = buffer;

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _buffer, null) is { } pooled)
        {
            ArrayPool<byte>.Shared.Return(pooled);
        }

        base.Dispose(disposing);
    }
}
