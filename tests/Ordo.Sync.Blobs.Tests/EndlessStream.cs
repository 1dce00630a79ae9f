namespace Ordo.Sync.Blobs.Tests;

/// <summary>A body that does not end; counts what is read of it.</summary>
internal sealed class EndlessStream(long bytesMax = long.MaxValue) : Stream
{
    public long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => BytesRead;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int take = (int)Math.Min(count, bytesMax - BytesRead);

        // Not all the same, so that content of this kind has chunks of its own.
        for (int i = 0; i < take; i += 64)
        {
            buffer[offset + i] = (byte)((BytesRead + i) * 2654435761L >> 16);
        }

        BytesRead += take;
        return take;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
