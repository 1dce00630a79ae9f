using System.Buffers;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Transport;

/// <summary>
/// A pooled buffer that a message is written to or read into, and that never holds more than a limit: it grows with the bytes
/// that really come, not with what a header claims. For one caller at a time; nothing of it may be used once it is disposed.
/// </summary>
public sealed class MessageBuffer : IBufferWriter<byte>, IDisposable
{
    private const int ReadBytesMin = 16 * 1024;

    private readonly int _bytesMax;
    private readonly string _what;
    private byte[] _bytes;
    private bool _isDisposed;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="bytesMax">The most bytes it takes.</param>
    /// <param name="what">What the message is called in errors: "request", "response".</param>
    public MessageBuffer(int bytesMax, string what)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesMax, 1);
        ArgumentNullException.ThrowIfNull(what);
        _bytesMax = bytesMax;
        _what = what;
        _bytes = [];
    }

    /// <summary>The number of bytes written so far.</summary>
    public int WrittenCount { get; private set; }

    /// <summary>The bytes written so far; valid until the next write or the disposal.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, WrittenCount);

    /// <inheritdoc/>
    /// <exception cref="SyncException">The message exceeds the limit.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - WrittenCount);
        if (count > _bytesMax - WrittenCount)
        {
            throw TooLarge();
        }

        WrittenCount += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(WrittenCount);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Appends a stream up to its end.</summary>
    /// <exception cref="SyncException">The message exceeds the limit; no more than the limit was kept.</exception>
    public async ValueTask ReadFromAsync(Stream source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        while (true)
        {
            Memory<byte> free = GetMemory(ReadBytesMin);
            int count = await source.ReadAsync(free, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return;
            }

            Advance(count);
        }
    }

    /// <summary>The error of a message beyond the limit.</summary>
    public SyncException TooLarge() => new(
        SyncErrorCode.TooLarge, $"The {_what} exceeds the limit of {_bytesMax} bytes.");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        Release(_bytes);
        _bytes = [];
        WrittenCount = 0;
    }

    private void Reserve(int count)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_bytes.Length - WrittenCount >= count)
        {
            return;
        }

        // A writer may ask for more than it will use; what it uses is checked when it advances.
        if (WrittenCount > _bytesMax)
        {
            throw TooLarge();
        }

        long doubled = Math.Min(_bytes.Length * 2L, (long)_bytesMax + ReadBytesMin);
        byte[] grown = MessageBufferPool.Shared.Rent((int)Math.Max(doubled, (long)WrittenCount + count));
        WrittenMemory.CopyTo(grown);
        Release(_bytes);
        _bytes = grown;
    }

    private static void Release(byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            MessageBufferPool.Shared.Return(bytes);
        }
    }
}
