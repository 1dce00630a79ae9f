using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>Reads a blob chunk by chunk, each verified. Seekable; holds one chunk in memory. For one reader at a time.</summary>
internal sealed class BlobStream(BlobReading reading) : Stream
{
    private byte[]? _chunk;
    private long _chunkStart;
    private int _chunkLength;
    private long _position;
    private bool _isDisposed;

    public override bool CanRead => !_isDisposed;

    public override bool CanSeek => !_isDisposed;

    public override bool CanWrite => false;

    public override long Length => reading.Length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (buffer.IsEmpty || _position >= reading.Length)
        {
            return 0;
        }

        if (_chunk is null || _position < _chunkStart || _position >= _chunkStart + _chunkLength)
        {
            _chunk ??= ChunkBuffers.Rent();
            _chunkLength = 0;
            (_chunkStart, _chunkLength) = await reading
                .ReadAsync(_position, _chunk, cancellationToken).ConfigureAwait(false);
        }

        int at = (int)(_position - _chunkStart);
        int count = Math.Min(buffer.Length, _chunkLength - at);
        _chunk.AsMemory(at, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    /// <remarks>Blocks the thread while a chunk comes over the network: prefer the asynchronous form.</remarks>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        long target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            SeekOrigin.End => reading.Length + offset,
            _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "There is no such origin."),
        };
        if (target < 0)
        {
            throw new IOException("A stream has nothing before its beginning.");
        }

        return _position = target;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("A blob does not change.");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A blob does not change.");

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            reading.Dispose();
            if (_chunk is not null)
            {
                ChunkBuffers.Return(_chunk);
                _chunk = null;
            }
        }

        base.Dispose(disposing);
    }
}
