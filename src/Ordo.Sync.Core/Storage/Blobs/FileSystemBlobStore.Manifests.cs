using System.Runtime.CompilerServices;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Storage.Blobs;

/// <content>Manifests and sweeping.</content>
public sealed partial class FileSystemBlobStore
{
    // A disk that is told of several files at once writes them in one go.
    private const int FlushesMax = 8;

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
    public async ValueTask PutManifestAsync(BlobManifest manifest, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        ArgumentNullException.ThrowIfNull(manifest);

        // Flushing blocks: off the caller's thread, which may be that of a user interface.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

        // Counted first: from here on nothing removes a chunk that is found below.
        _references.Add(manifest);
        bool isKept = false;
        try
        {
            Guard(() =>
            {
                foreach (BlobChunk chunk in manifest.Chunks)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (!Touch(chunk, relies: false))
                    {
                        throw BlobFailures.ChunkMissing(manifest.Id, chunk, Name);
                    }
                }

                return true;
            });
            await FlushChunksAsync(manifest, cancellationToken).ConfigureAwait(false);
            isKept = Guard(() =>
            {
                FlushNames();
                return WriteManifest(manifest);
            });
        }
        finally
        {
            if (!isKept)
            {
                _references.Remove(manifest);
            }
        }
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

                _disk.Delete(_folder.ManifestFile(blob));
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
            using var draft = new ChunkDraft(_disk, _folder.NewTempFile(), bytes.Length);
            draft.Write(bytes);
            draft.Close(flushes: true);
            draft.Publish(file);
            Interlocked.Increment(ref _blobCount);
        }

        _disk.FlushFolder(Path.GetDirectoryName(file)!);
        return true;
    }

    private async ValueTask FlushChunksAsync(BlobManifest manifest, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = FlushesMax, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(_unflushed.Of(manifest), options, (one, _) =>
        {
            Guard(() => FlushChunk(manifest.Id, one.Chunk, one.Writing));
            return default;
        }).ConfigureAwait(false);
    }

    private bool FlushChunk(BlobId blob, BlobChunk chunk, long writing)
    {
        try
        {
            _disk.FlushFile(_folder.ChunkFile(chunk.Hash));
        }
        catch (FileNotFoundException)
        {
            // Found damaged and put aside since.
            throw BlobFailures.ChunkMissing(blob, chunk, Name);
        }
        catch (IOException)
        {
            // After a flush that failed nobody knows what is on the disk, and a second one may not say so: the chunk is written anew.
            TryRemoveChunk(chunk.Hash, static _ => true, out _);
            throw;
        }

        _unflushed.SetFlushed(chunk.Hash, writing);
        return true;
    }

    // One after the other: who finds a folder taken off the list must not go on before it is flushed.
    private void FlushNames()
    {
        lock (_nameLock)
        {
            foreach (string folder in _unflushedFolders.Keys)
            {
                _unflushedFolders.TryRemove(folder, out _);
                try
                {
                    _disk.FlushFolder(folder);
                }
                catch
                {
                    _unflushedFolders[folder] = 0;
                    throw;
                }
            }
        }
    }
}
