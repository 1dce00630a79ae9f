using Ordo.Sync.Errors;
using Ordo.Sync.Faster.Binary;
using Ordo.Sync.Faster.Files;

namespace Ordo.Sync.Faster.Log;

/// <summary>
/// The write-ahead log: one frame a commit, in segments that begin anew with every checkpoint. For the writer in its turn;
/// <see cref="FlushBeside"/> excepted.
/// </summary>
internal sealed class CommitLog : IDisposable
{
    private const int AheadBytes = 1024 * 1024;

    private static readonly byte[] Zeros = new byte[AheadBytes];

    private readonly string _store;
    private readonly IStoreFiles _files;
    private readonly FileHead _identity;
    private readonly ByteWriter _mark = new();
    private IStoreFile _segment;
    private Exception? _failure;
    private bool _isChanged;
    private long _filledUntil;

    private CommitLog(string store, IStoreFiles files, FileHead identity, IStoreFile segment)
    {
        _store = store;
        _files = files;
        _identity = identity;
        _segment = segment;
    }

    /// <summary>The last frame's sequence.</summary>
    public long Last { get; private set; }

    /// <summary>Up to which frame everything is on the disk.</summary>
    public long DurableThrough { get; private set; }

    /// <summary>Where the next frame of the segment goes: the bytes that the segment holds.</summary>
    public long Tail { get; private set; }

    /// <summary>Makes a segment, on the disk when this returns.</summary>
    public static IStoreFile MakeSegment(IStoreFiles files, FileHead identity, long first)
    {
        string name = FileNames.Log(first);
        IStoreFile segment = files.Create(name + FileNames.Unfinished);
        try
        {
            (identity with { Kind = FileKind.Log, Sequence = first }).Write(segment);
            segment.Flush();
            files.Rename(name + FileNames.Unfinished, name);
            files.FlushNames();
            return segment;
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    /// <summary>Goes on behind the last frame of a segment; everything up to there is flushed, what stood behind it is cut off.</summary>
    public static CommitLog Continue(
        string store, IStoreFiles files, FileHead identity, IStoreFile segment, long last, long tail)
    {
        segment.SetLength(tail);
        segment.Flush();
        return new CommitLog(store, files, identity, segment)
        {
            Last = last,
            DurableThrough = last,
            Tail = tail,
            _filledUntil = tail,
        };
    }

    /// <summary>Begins a frame in a buffer: the room for its head.</summary>
    public static void Begin(ByteWriter frame)
    {
        frame.Clear();
        frame.Take(FrameHead.SizeBytes);
    }

    /// <summary>Appends a frame of operations that <see cref="Begin"/> began; returns its sequence.</summary>
    /// <exception cref="SyncException">The medium failed; the frame does not stand.</exception>
    public long Append(ByteWriter frame, bool isDurable)
    {
        Append(frame, FrameKind.Operations, Last + 1);
        Last++;
        _isChanged = true;
        if (isDurable)
        {
            try
            {
                FillAhead();
                _segment.Flush();
            }
            catch (Exception exception) when (Failures.IsOfFiles(exception))
            {
                // What a failed flush has left on the disk nobody knows, nor what the next one would say.
                Last--;
                Tail -= frame.Length;
                _failure = exception;
                CutQuietly();
                throw Failures.Of(_store, "its log cannot be flushed", exception);
            }

            DurableThrough = Last;
        }

        return Last;
    }

    /// <summary>Flushes the segment beside the writer, so that the flush in its turn has little left to do.</summary>
    public void FlushBeside() => _segment.Flush();

    /// <summary>Ends the segment and begins the next one.</summary>
    /// <exception cref="SyncException">The medium failed; the log goes on in the segment it has.</exception>
    public void Rotate()
    {
        ThrowIfFailed();
        IStoreFile next;
        try
        {
            _segment.Flush();
            DurableThrough = Last;
            next = MakeSegment(_files, _identity, Last + 1);
        }
        catch (Exception exception) when (Failures.IsOfFiles(exception))
        {
            throw Failures.Of(_store, "its log cannot begin a new segment", exception);
        }

        try
        {
            // Only now: a segment that says there is a next one is believed.
            Begin(_mark);
            Append(_mark, FrameKind.Sealed, Last + 1);
            _segment.SetLength(Tail);
            _segment.Flush();
        }
        catch (Exception exception) when (exception is SyncException || Failures.IsOfFiles(exception))
        {
            next.Dispose();
            _failure = exception;
            throw;
        }

        _segment.Dispose();
        _segment = next;
        Tail = FileHead.SizeBytes;
        _filledUntil = Tail;
    }

    /// <summary>
    /// Puts everything on the disk and says so in the log: from then on damage to any frame before is known to be damage.
    /// </summary>
    public void Close()
    {
        if (!_isChanged || _failure is not null)
        {
            return;
        }

        _segment.Flush();
        DurableThrough = Last;
        Begin(_mark);
        Append(_mark, FrameKind.Closed, Last + 1);
        Last++;
        _segment.SetLength(Tail);
        _segment.Flush();
        _isChanged = false;
    }

    /// <summary>Takes no more frames until the store is opened again.</summary>
    public void Fail(Exception cause) => _failure = cause;

    /// <summary>Fails where the log failed in a way that only opening it again can mend.</summary>
    public void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw Failures.Unavailable(_store, $"its log failed before ({failure.Message})", failure);
        }
    }

    public void Dispose() => _segment.Dispose();

    private void Append(ByteWriter frame, FrameKind kind, long sequence)
    {
        ThrowIfFailed();
        int length = frame.Length - FrameHead.SizeBytes;
        if (length > FrameHead.LengthMax)
        {
            throw new SyncException(
                SyncErrorCode.TooLarge,
                $"A transaction of {length} bytes is too large for the store '{_store}'; {FrameHead.LengthMax} are the most.",
                "Write in smaller batches.");
        }

        new FrameHead(kind, length, sequence, DurableThrough).Seal(frame.Span, _identity.Salt);
        try
        {
            _segment.Write(Tail, frame.Span);
        }
        catch (Exception exception) when (Failures.IsOfFiles(exception))
        {
            CutQuietly();
            throw Failures.Of(_store, "its log cannot be written", exception);
        }

        Tail += frame.Length;
    }

    // A flush of a file that grows also writes where its blocks are: into zeros written ahead it takes half the time. Without the
    // room for them it only takes longer.
    private void FillAhead()
    {
        if (Tail <= _filledUntil)
        {
            return;
        }

        _filledUntil = Tail;
        try
        {
            _segment.Write(Tail, Zeros);
            _filledUntil += Zeros.Length;
        }
        catch (IOException)
        {
            _segment.SetLength(Tail);
        }
    }

    // A part of a frame must not stay: the next one shall follow the last whole one.
    private void CutQuietly()
    {
        try
        {
            _segment.SetLength(Tail);
            _filledUntil = Tail;
        }
        catch (Exception exception) when (Failures.IsOfFiles(exception))
        {
            _failure = exception;
        }
    }
}
