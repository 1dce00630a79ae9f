using FASTER.core;
using Ordo.Sync.Faster.Files;

namespace Ordo.Sync.Faster.Values;

/// <summary>
/// Where FASTER's log goes when it outgrows its memory: files of one segment each that mean nothing after a restart. FASTER takes
/// no notice of a page that could not be written and loses it, so disk space is set aside before a commit needs it
/// (<see cref="Reserve"/>), and any other failure is kept for the store to stop at (<see cref="Failure"/>).
/// </summary>
/// <remarks>Input and output are synchronous: pages go to the system's cache, and a read is waited for anyway.</remarks>
internal sealed class SpillDevice : StorageDeviceBase
{
    public const string Prefix = "spill-";

    private const uint DeviceSectorBytes = 512;
    private const uint FailedError = 5;

    private readonly IStoreFiles _files;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, IStoreFile> _segments = [];
    private readonly List<IStoreFile> _removed = [];
    private volatile Exception? _failure;

    public SpillDevice(IStoreFiles files)
        : base(Prefix, DeviceSectorBytes, Devices.CAPACITY_UNSPECIFIED) => _files = files;

    /// <summary>Why pages could not be written or read; <see langword="null"/> where none failed.</summary>
    public Exception? Failure => _failure;

    /// <summary>The disk space that is taken, in bytes.</summary>
    public long DiskBytes
    {
        get
        {
            lock (_lock)
            {
                return _segments.Count * SegmentSize;
            }
        }
    }

    /// <summary>Sets disk space aside for all addresses below one.</summary>
    /// <exception cref="IOException">The disk is full, or the file cannot be made.</exception>
    public void Reserve(long fromAddress, long untilAddress)
    {
        for (int segment = (int)(fromAddress / SegmentSize); segment <= (int)(untilAddress / SegmentSize); segment++)
        {
            _ = Find(segment) ?? Make(segment);
        }
    }

    public override unsafe void WriteAsync(
        IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite,
        DeviceIOCompletionCallback callback, object context)
    {
        uint error = 0;
        try
        {
            IStoreFile file = Find(segmentId) ?? Make(segmentId);
            file.Write((long)destinationAddress, new ReadOnlySpan<byte>((void*)sourceAddress, (int)numBytesToWrite));
        }
        catch (Exception exception) when (Failures.IsOfFiles(exception))
        {
            _failure = exception;
            error = FailedError;
        }

        callback(error, numBytesToWrite, context);
    }

    public override unsafe void ReadAsync(
        int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength,
        DeviceIOCompletionCallback callback, object context)
    {
        var buffer = new Span<byte>((void*)destinationAddress, (int)readLength);
        int count = 0;
        try
        {
            // A segment that is gone reads as zeros: its values have moved, and who looks again finds them where they are now.
            count = Find(segmentId)?.Read((long)sourceAddress, buffer) ?? 0;
        }
        catch (Exception exception) when (Failures.IsOfFiles(exception))
        {
            _failure = exception;
        }

        buffer[count..].Clear();
        callback(0, readLength, context);
    }

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result)
    {
        lock (_lock)
        {
            // The files of the removal before this one: nobody reads from them any more.
            _removed.ForEach(file => file.Dispose());
            _removed.Clear();
            if (_segments.Remove(segment, out IStoreFile? file))
            {
                _removed.Add(file);
                DeleteQuietly(file.Name);
            }
        }

        callback(result);
    }

    public override long GetFileSize(int segment) => SegmentSize;

    public override void Dispose()
    {
        lock (_lock)
        {
            foreach (IStoreFile file in _segments.Values)
            {
                file.Dispose();
                DeleteQuietly(file.Name);
            }

            _removed.ForEach(file => file.Dispose());
            _segments.Clear();
            _removed.Clear();
        }
    }

    private IStoreFile? Find(int segment)
    {
        lock (_lock)
        {
            return _segments.GetValueOrDefault(segment);
        }
    }

    private IStoreFile Make(int segment)
    {
        lock (_lock)
        {
            if (!_segments.TryGetValue(segment, out IStoreFile? file))
            {
                file = _files.Create($"{Prefix}{segment:x8}", SegmentSize);
                _segments.Add(segment, file);
            }

            return file;
        }
    }

    // What is left over is removed when the store is opened again.
    private void DeleteQuietly(string name)
    {
        try
        {
            _files.Delete(name);
        }
        catch (Exception exception) when (Failures.IsOfFiles(exception))
        {
            _failure ??= exception;
        }
    }
}
