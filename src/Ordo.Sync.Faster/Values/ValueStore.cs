using System.Collections.Concurrent;
using FASTER.core;
using Ordo.Sync.Faster.Files;

namespace Ordo.Sync.Faster.Values;

/// <summary>
/// The values of records and of long local and journal entries, in FASTER's hybrid log. Each goes in under a number of its own
/// and never changes, so a reader of an older state finds that state's values as long as it holds them. Nothing here outlives the
/// process: the log and the checkpoints are what a store is recovered from.
/// </summary>
/// <remarks>Reads are thread-safe. Writes are for the writer in its turn, moving and scanning for the one who maintains.</remarks>
internal sealed class ValueStore : IDisposable
{
    private const int ReadTriesMax = 4;
    private const int MaintainerBufferBytes = ValuePiece.BytesMax + 2048;

    private readonly string _store;
    private readonly StoreSettings _settings;
    private readonly SpillDevice _device;
    private readonly FasterKV<long, SpanByte> _values;
    private readonly ValueSession _writer;
    private readonly ValueSession _mover;
    private readonly ConcurrentBag<ValueSession> _readers = [];
    private readonly byte[] _buffer = new byte[MaintainerBufferBytes];
    private readonly Lock _reserving = new();
    private readonly ReaderWriterLockSlim _closing = new();
    private long _reservedUntil;
    private bool _isDisposed;

    public ValueStore(IStoreFiles files, StoreSettings settings)
    {
        _store = settings.Folder;
        _settings = settings;
        _device = new SpillDevice(files);
        var log = new LogSettings
        {
            LogDevice = _device,
            ObjectLogDevice = new NullDevice(),
            PageSizeBits = StoreSettings.PageBits,
            SegmentSizeBits = StoreSettings.SegmentBits,
            MemorySizeBits = settings.MemoryBits,
        };
        _device.Initialize(1L << StoreSettings.SegmentBits, null, false);

        // A bucket is 64 bytes and finds seven values at once: an eighth of the memory of the log finds those of small stores so.
        _values = new FasterKV<long, SpanByte>(
            Math.Max(1024, settings.MemoryBytes / 8 / 64), log, concurrencyControlMode: ConcurrencyControlMode.None);
        _writer = new ValueSession(_values);
        _mover = new ValueSession(_values);
    }

    /// <summary>The address of the first value that is kept.</summary>
    public long BeginAddress => _values.Log.BeginAddress;

    /// <summary>The address behind the last value.</summary>
    public long TailAddress => _values.Log.TailAddress;

    /// <summary>The bytes from the first value to the last, superseded ones included.</summary>
    public long LogBytes => TailAddress - BeginAddress;

    /// <summary>The disk space that is taken, in bytes.</summary>
    public long DiskBytes => _device.DiskBytes;

    /// <summary>
    /// Makes sure that so many bytes of values, in so many pieces, can be written: disk space for the pages that leave memory
    /// for them.
    /// </summary>
    /// <exception cref="Errors.SyncException">The disk is full, or pages failed before.</exception>
    public void Reserve(long bytes, int pieces)
    {
        ThrowIfFailed();

        // Twice, because a page's end is left empty where the next piece does not fit; and pages beyond, for those that FASTER opens
        // early and for values that are moved at the same time.
        long until = TailAddress + (2 * (bytes + (1024L * pieces))) + (8L << StoreSettings.PageBits);
        lock (_reserving)
        {
            if (until <= _reservedUntil || until <= _settings.MemoryBytes / 2)
            {
                return;
            }

            try
            {
                _device.Reserve(Math.Max(_reservedUntil, _values.Log.SafeReadOnlyAddress), until);
            }
            catch (Exception exception) when (Failures.IsOfFiles(exception))
            {
                throw Failures.Of(_store, "there is no room for its values", exception);
            }

            _reservedUntil = until;
        }
    }

    /// <summary>Writes a value under a number and, where it is long, those after it.</summary>
    public void Write(long number, ReadOnlySpan<byte> owner, ReadOnlySpan<byte> bytes)
    {
        int count = ValuePiece.CountFor(bytes.Length);
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> part = bytes[(index * ValuePiece.BytesMax)..];
            part = part[..Math.Min(part.Length, ValuePiece.BytesMax)];
            int length = ValuePiece.Write(_buffer, number + index, index, bytes.Length, owner, part);
            _writer.Write(number + index, _buffer.AsSpan(0, length));
        }
    }

    /// <summary>The bytes of a value; <see langword="null"/> where the number has none, because nothing refers to it any more.</summary>
    /// <exception cref="Errors.SyncException">What FASTER gives back is not what was written.</exception>
    public ReadOnlyMemory<byte>? Read(long number)
    {
        // FASTER does not notice that it is disposed: a read must have ended before.
        _closing.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            ValueSession session = _readers.TryTake(out ValueSession? idle) ? idle : new ValueSession(_values);
            ReadOnlyMemory<byte>? value = Read(session, number);
            _readers.Add(session);
            return value;
        }
        finally
        {
            _closing.ExitReadLock();
        }
    }

    /// <summary>
    /// Calls for each piece between two addresses, in their order; a value that was moved may come twice. Returns the address
    /// behind the last.
    /// </summary>
    /// <param name="from">The address of a piece, or <see cref="BeginAddress"/>.</param>
    /// <param name="until">The tail, or the beginning of a page.</param>
    /// <param name="visit">Takes a number and the piece's bytes.</param>
    public long Scan(long from, long until, Action<long, byte[]> visit)
    {
        using IFasterScanIterator<long, SpanByte> scan = _values.Log.Scan(from, until);
        while (scan.GetNext(out RecordInfo info))
        {
            if (!info.Tombstone)
            {
                visit(scan.GetKey(), scan.GetValue().ToByteArray());
            }
        }

        ThrowIfFailed();
        return scan.NextAddress;
    }

    /// <summary>Reads a piece that <see cref="Scan"/> found.</summary>
    /// <exception cref="Errors.SyncException">It is not what was written.</exception>
    public ValuePiece ReadPiece(long number, ReadOnlyMemory<byte> stored) =>
        ValuePiece.TryRead(number, stored, out ValuePiece piece)
            ? piece
            : throw Failures.Unavailable(_store, $"FASTER gives back other bytes for value {number} than were written");

    /// <summary>Writes a piece again, behind all others, so that its old place can be given up.</summary>
    public void Move(long number, ReadOnlySpan<byte> stored) => _mover.Write(number, stored);

    /// <summary>Up to where <see cref="Scan"/> finds only pieces that are never written in place again.</summary>
    public long FixedUntil => _values.Log.SafeReadOnlyAddress;

    /// <summary>Gives up everything before an address.</summary>
    public void Truncate(long until) => _values.Log.ShiftBeginAddress(until, false, truncateLog: true);

    /// <summary>Fails where pages could not be written or read.</summary>
    public void ThrowIfFailed()
    {
        if (_device.Failure is { } failure)
        {
            throw Failures.Of(_store, "FASTER's pages failed; opening the store again recovers its values", failure);
        }
    }

    public void Dispose()
    {
        _closing.EnterWriteLock();
        try
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _writer.Dispose();
            _mover.Dispose();
            while (_readers.TryTake(out ValueSession? session))
            {
                session.Dispose();
            }

            _values.Dispose();
            _device.Dispose();
        }
        finally
        {
            _closing.ExitWriteLock();
        }
    }

    private ReadOnlyMemory<byte>? Read(ValueSession session, long number)
    {
        if (Find(session, number) is not { } first)
        {
            return null;
        }

        if (first.Bytes.Length == first.TotalBytes)
        {
            return first.Bytes;
        }

        var whole = new byte[first.TotalBytes];
        first.Bytes.CopyTo(whole);
        int at = first.Bytes.Length;
        for (int index = 1; at < whole.Length; index++)
        {
            if (Find(session, number + index) is not { } next)
            {
                return null;
            }

            next.Bytes.CopyTo(whole.AsMemory(at));
            at += next.Bytes.Length;
        }

        return whole;
    }

    // A piece may move while it is looked for: whoever misses it looks again.
    private ValuePiece? Find(ValueSession session, long number)
    {
        for (int tries = 0; tries < ReadTriesMax; tries++)
        {
            if (session.Read(number) is { } stored)
            {
                if (ValuePiece.TryRead(number, stored, out ValuePiece piece))
                {
                    return piece;
                }

                ThrowIfFailed();
                throw Failures.Unavailable(
                    _store, $"FASTER gives back other bytes for value {number} than were written");
            }
        }

        ThrowIfFailed();
        return null;
    }
}
