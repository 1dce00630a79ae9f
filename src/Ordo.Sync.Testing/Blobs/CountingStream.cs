namespace Ordo.Sync.Testing.Blobs;

/// <summary>A body without end that counts what is read of it; it may break off.</summary>
internal sealed class CountingStream(long? failsAt) : Stream
{
    public long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("It has no end.");

    public override long Position
    {
        get => BytesRead;
        set => throw new NotSupportedException("It cannot be gone back in.");
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (failsAt is { } end && BytesRead >= end)
        {
            throw new IOException("The connection broke off.");
        }

        int taken = (int)Math.Min(count, (failsAt ?? long.MaxValue) - BytesRead);
        BytesRead += taken;
        return taken;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("It cannot be gone back in.");

    public override void SetLength(long value) => throw new NotSupportedException("It has no end.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is read only.");
}
