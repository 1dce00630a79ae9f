using Ordo.Sync.Errors;

namespace Ordo.Sync.Storage.Blobs;

/// <content>Opening.</content>
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

    private FileStream TakeLock()
    {
        _folder.CreateRoot();
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
        foreach ((ContentHash hash, FileInfo _) in _folder.ManifestFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            _blobCount++;
            if (ReadManifest(new BlobId(hash)) is { } manifest)
            {
                _references.Add(manifest);
            }
        }

        foreach ((ContentHash hash, FileInfo file) in _folder.ChunkFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            _chunkCount++;
            _chunkBytes += file.Length;
            if (!_references.IsReferenced(hash))
            {
                // Left by a process that died before it flushed it, perhaps.
                _unflushed.Add(hash);
                _unflushedFolders[file.DirectoryName!] = 0;
            }
        }

        return true;
    }
}
