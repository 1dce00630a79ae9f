using Ordo.Sync.Errors;
using Ordo.Sync.Faster.Checkpoints;
using Ordo.Sync.Faster.Files;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Faster;

/// <content>How a store opens and closes.</content>
public sealed partial class FasterRecordStore
{
    /// <inheritdoc/>
    public async ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _opened, 1) != 0)
        {
            throw new InvalidOperationException($"The store '{Name}' was opened before; a store is opened once.");
        }

        try
        {
            Directory.CreateDirectory(Name);
        }
        catch (Exception exception) when (Failures.IsOfFiles(exception))
        {
            throw Failures.Of(Name, "its folder cannot be made", exception);
        }

        _lock = StoreLock.Take(Name);
        try
        {
            IStoreFiles files = _openFolder(Name);
            _recovered = new Recovery(_settings, files, _entropy, _logger).Run();
            _committed = _recovered.Image;
            _maintainer = new Maintainer(_recovered, _settings, files, _writers, _retained, () => _committed!, _logger);
            _maintainer.Start();
            if (_hasSidecar)
            {
                _sidecar = new StoreSidecar(
                    Path.Combine(Name, FileNames.Sidecar), Path.Combine(Name, FileNames.Identity), _entropy);
                await _sidecar.BindAsync(this, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            // A store that failed to open holds nothing; another one may try.
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Closes the store, everything on the disk; a transaction under way is undone, and its user and those of snapshots are told at
    /// their next call.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        lock (_committing)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        _writers.Close();
        if (_maintainer is { } maintainer)
        {
            await maintainer.DisposeAsync().ConfigureAwait(false);
        }

        if (_recovered is { } recovered)
        {
            CloseLog();
            _sidecar?.Close(_committed!.Replica, _committed.Counter);
            recovered.Log.Dispose();
            recovered.Values.Dispose();
        }

        _lock?.Dispose();
    }

    private void CloseLog()
    {
        try
        {
            Log.Close();
        }
        catch (Exception exception) when (exception is SyncException || Failures.IsOfFiles(exception))
        {
            // Every commit is where its durability says; what could not be flushed now is flushed when the store is opened again.
            StoreLog.CloseFailed(_logger, exception, Name);
        }
    }
}
