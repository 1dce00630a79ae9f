using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// A blob store in a folder. A chunk is written to a temporary file and then given its name, which is its hash: whenever a process
/// dies, a name that is there holds whole content. Chunks are flushed together before the first manifest that names them: whenever
/// the power fails, a blob whose manifest is there is whole. What it tears of others does not match its hash and counts as missing.
/// One process at a time holds a folder.
/// </summary>
/// <remarks>
/// Opening reads the names of all chunks and the manifests of all blobs, to count bytes and references: about 2,000 names a GiB
/// of content. Nothing else is proportional to what is held. Files are read and written with blocking calls on the caller's
/// thread; memory is a buffer of 128 KiB a call.
/// </remarks>
public sealed partial class FileSystemBlobStore : IBlobStore
{
    private const int BufferBytes = 128 * 1024;
    private const int StripeCount = 64;

    private readonly FileSystemBlobOptions _options;
    private readonly TimeProvider _time;
    private readonly IBlobDisk _disk;
    private readonly BlobFolder _folder;
    private readonly ChunkReferences _references = new();
    private readonly UnflushedChunks _unflushed = new();
    private readonly ConcurrentDictionary<string, byte> _unflushedFolders = new(StringComparer.Ordinal);
    private readonly Lock[] _stripes = [.. Enumerable.Range(0, StripeCount).Select(_ => new Lock())];
    private readonly Lock _manifestLock = new();
    private readonly Lock _nameLock = new();
    private FileStream? _lock;
    private long _blobCount;
    private long _chunkCount;
    private long _chunkBytes;
    private bool _isDisposed;

    /// <summary>Makes a store; <see cref="OpenAsync"/> opens it.</summary>
    /// <param name="options">Where and how much to keep.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public FileSystemBlobStore(FileSystemBlobOptions options, TimeProvider? time = null)
        : this(options, time, SystemDisk.Instance)
    {
    }

    internal FileSystemBlobStore(FileSystemBlobOptions options, TimeProvider? time, IBlobDisk disk)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _time = time ?? TimeProvider.System;
        _disk = disk;
        _folder = new BlobFolder(disk, Path.GetFullPath(options.Path));
    }

    /// <inheritdoc/>
    public string Name => _options.Path;

    /// <inheritdoc/>
    public BlobUsage Usage => new(
        Interlocked.Read(ref _blobCount), Interlocked.Read(ref _chunkCount), Interlocked.Read(ref _chunkBytes));

    /// <inheritdoc/>
    public ValueTask<bool> HasChunkAsync(BlobChunk chunk, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        return ValueTask.FromResult(Guard(() => Touch(chunk)));
    }

    /// <inheritdoc/>
    public ValueTask<BlobChunk> PutChunkAsync(
        ReadOnlyMemory<byte> content, BlobChunk? expected = null, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        BlobChunk chunk = ChunkContent.Identify(content.Span, expected);

        Guard(() =>
        {
            if (!IsIntact(chunk))
            {
                using ChunkDraft draft = BeginDraft(chunk);
                draft.Write(content.Span);
                Publish(draft, chunk);
            }

            return true;
        });
        return ValueTask.FromResult(chunk);
    }

    /// <inheritdoc/>
    public async ValueTask PutChunkAsync(Stream content, BlobChunk chunk, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        ArgumentNullException.ThrowIfNull(content);
        bool isHeld = Guard(() => IsIntact(chunk));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        // A chunk that is held is not written again, but read and hashed all the same: who sends it proves that they have it.
        ChunkDraft? draft = isHeld ? null : Guard(() => BeginDraft(chunk));
        try
        {
            long length = 0;
            while (true)
            {
                int room = (int)Math.Min(buffer.Length, chunk.Length - length + 1);
                int count = await content.ReadAsync(buffer.AsMemory(0, room), cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                length += count;
                if (length > chunk.Length)
                {
                    throw BlobFailures.ChunkDamaged(chunk, $"is longer than its {chunk.Length} bytes");
                }

                hash.AppendData(buffer, 0, count);
                Guard(() =>
                {
                    draft?.Write(buffer.AsSpan(0, count));
                    return true;
                });
            }

            ChunkContent.Require(chunk, length, ContentHash.Finish(hash));
            Guard(() =>
            {
                if (draft is not null)
                {
                    Publish(draft, chunk);
                }

                return true;
            });
        }
        finally
        {
            draft?.Dispose();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryReadChunkAsync(
        BlobChunk chunk, Memory<byte> destination, bool verifies = true, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, chunk.Length);
        return ValueTask.FromResult(Guard(() =>
        {
            string file = _folder.ChunkFile(chunk.Hash);
            if (!File.Exists(file))
            {
                return false;
            }

            int count;
            using (FileStream stream = OpenToRead(file))
            {
                Span<byte> content = destination.Span[..chunk.Length];
                count = stream.Length == chunk.Length ? stream.ReadAtLeast(content, chunk.Length, throwOnEndOfStream: false) : -1;
                if (ChunkContent.Matches(content, count, chunk, verifies))
                {
                    return true;
                }
            }

            PutAside(chunk, file);
            return false;
        }));
    }

    /// <inheritdoc/>
    public ValueTask<Stream?> OpenChunkAsync(BlobChunk chunk, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        return ValueTask.FromResult(Guard<Stream?>(() =>
        {
            if (!IsIntact(chunk))
            {
                return null;
            }

            try
            {
                return OpenToRead(_folder.ChunkFile(chunk.Hash));
            }
            catch (FileNotFoundException)
            {
                // Swept in the same moment.
                return null;
            }
        }));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        _lock?.Dispose();
        return default;
    }

    private static FileStream OpenToRead(string file) => new(
        file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private Lock StripeOf(ContentHash hash) => _stripes[(int)(hash.D % StripeCount)];

    private void RequireOpen(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (_lock is null)
        {
            throw new InvalidOperationException($"The blob store '{Name}' is not open: call OpenAsync first.");
        }
    }

    // Every failure of the file system becomes the one exception that callers know.
    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw BlobFailures.Of(exception, Name);
        }
    }
}
