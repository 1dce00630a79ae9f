using System.Runtime.CompilerServices;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Storage.Blobs;

/// <content>Opening, manifests and sweeping.</content>
public sealed partial class FileSystemBlobStore
{
    private const string Format = "ordo-blobs 1\n";

    /// <inheritdoc/>
    /// <exception cref="SyncException">
    /// Another process holds the folder, a newer version of the library wrote it, or it cannot be written.
    /// </exception>
    public async ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_lock is not null)
        {
            throw new InvalidOperationException($"The blob store '{Name}' is open already.");
        }

        // The listing below blocks: off the caller's thread, which may be that of a user interface.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        _lock = Guard(TakeLock);
        try
        {
            Guard(() => Load(cancellationToken));
        }
        catch
        {
            _lock.Dispose();
            _lock = null;
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<BlobManifest?> GetManifestAsync(BlobId blob, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        return ValueTask.FromResult(Guard(() =>
        {
            lock (_manifestLock)
            {
                return ReadManifest(blob);
            }
        }));
    }

    /// <inheritdoc/>
    public ValueTask PutManifestAsync(BlobManifest manifest, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        ArgumentNullException.ThrowIfNull(manifest);
        Guard(() =>
        {
            // Counted first: from here on nothing removes a chunk that is found below.
            _references.Add(manifest);
            bool isKept = false;
            try
            {
                foreach (BlobChunk chunk in manifest.Chunks)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (!Touch(chunk, relies: false))
                    {
                        throw BlobFailures.ChunkMissing(manifest.Id, chunk, Name);
                    }
                }

                FlushNames();
                isKept = WriteManifest(manifest);
            }
            finally
            {
                if (!isKept)
                {
                    _references.Remove(manifest);
                }
            }

            return true;
        });
        return default;
    }

    /// <inheritdoc/>
    public ValueTask RemoveManifestAsync(
        BlobId blob, bool removesChunks, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        Guard(() =>
        {
            BlobManifest? manifest;
            lock (_manifestLock)
            {
                manifest = ReadManifest(blob);
                if (manifest is null)
                {
                    return false;
                }

                File.Delete(_folder.ManifestFile(blob));
                Interlocked.Decrement(ref _blobCount);
                _references.Remove(manifest);
            }

            if (removesChunks)
            {
                foreach (BlobChunk chunk in manifest.Chunks)
                {
                    TryRemoveChunk(chunk.Hash, _ => !_references.IsNeeded(chunk.Hash), out long _);
                }
            }

            return true;
        });
        return default;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobId> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        foreach ((ContentHash hash, FileInfo _) in _folder.ManifestFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new BlobId(hash);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<BlobSweep> SweepAsync(TimeSpan grace, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        DateTime before = Now - grace;
        _references.ForgetBefore(before);
        return Guard(() =>
        {
            var swept = new BlobSweep();
            foreach ((ContentHash hash, FileInfo file) in _folder.ChunkFiles())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (file.LastWriteTimeUtc <= before && !_references.IsReferenced(hash)
                    && TryRemoveChunk(hash, MayGo, out long length))
                {
                    swept = new BlobSweep(swept.ChunkCount + 1, swept.ChunkBytes + length);
                }

                // Asked again under the chunk's lock: somebody may have begun to rely on it since.
                bool MayGo(FileInfo now) => now.LastWriteTimeUtc <= before && !_references.IsReferenced(hash);
            }

            return swept;
        });
    }

    private FileStream TakeLock()
    {
        Directory.CreateDirectory(_folder.Root);
        try
        {
            return new FileStream(_folder.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new SyncException(
                SyncErrorCode.StoreLocked,
                $"The blob store {Name} is open elsewhere: {exception.Message}",
                "One process at a time may hold a folder of blobs.",
                exception);
        }
    }

    private bool Load(CancellationToken cancellationToken)
    {
        if (File.Exists(_folder.FormatFile) && File.ReadAllText(_folder.FormatFile) != Format)
        {
            throw new SyncException(
                SyncErrorCode.StoreTooNew, $"The blob store {Name} has a form that this version does not know.", "Upgrade the library.");
        }

        _folder.Create();
        File.WriteAllText(_folder.FormatFile, Format);
        foreach ((ContentHash _, FileInfo file) in _folder.ChunkFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            _chunkCount++;
            _chunkBytes += file.Length;
        }

        foreach ((ContentHash hash, FileInfo _) in _folder.ManifestFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            _blobCount++;
            if (ReadManifest(new BlobId(hash)) is { } manifest)
            {
                _references.Add(manifest);
            }
        }

        return true;
    }

    // A manifest that is damaged is put aside: the blob counts as not held, and is fetched or assembled again.
    private BlobManifest? ReadManifest(BlobId blob)
    {
        var file = new FileInfo(_folder.ManifestFile(blob));
        if (!file.Exists)
        {
            return null;
        }

        try
        {
            if (file.Length <= BlobLimits.ManifestBytesMax
                && BlobManifestCodec.Decode(File.ReadAllBytes(file.FullName)) is { } manifest && manifest.Id == blob)
            {
                return manifest;
            }
        }
        catch (SyncException)
        {
            // Falls through: damaged, whichever way.
        }

        _folder.Quarantine(file.FullName);
        Interlocked.Decrement(ref _blobCount);
        return null;
    }

    private bool WriteManifest(BlobManifest manifest)
    {
        string file = _folder.ManifestFile(manifest.Id);
        lock (_manifestLock)
        {
            if (ReadManifest(manifest.Id) is not null)
            {
                return false;
            }

            if (Interlocked.Read(ref _blobCount) >= _options.CountMax)
            {
                throw BlobFailures.QuotaExceeded(Name, $"{_options.CountMax} blobs");
            }

            byte[] bytes = BlobManifestCodec.Encode(manifest);
            using var draft = new ChunkDraft(_folder.NewTempFile(), bytes.Length);
            draft.Write(bytes);
            draft.Flush();
            draft.Publish(file);
            Interlocked.Increment(ref _blobCount);
        }

        DirectoryFlush.Flush(Path.GetDirectoryName(file)!);
        return true;
    }

    private void FlushNames()
    {
        foreach (string folder in _unflushed.Keys)
        {
            if (_unflushed.TryRemove(folder, out _))
            {
                DirectoryFlush.Flush(folder);
            }
        }
    }
}
