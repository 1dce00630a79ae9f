using System.Security.Cryptography;
using System.Text;
using Ordo.Sync.Errors;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Sqlite.Maintenance;
using Ordo.Sync.Sqlite.State;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Sqlite;

/// <content>How a store opens and closes.</content>
public sealed partial class SqliteRecordStore
{
    /// <inheritdoc/>
    public async ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _opened, 1) != 0)
        {
            throw new InvalidOperationException($"The store '{Name}' was opened before; a store is opened once.");
        }

        SqliteEncryptionKeys? keys = _settings.Encryption is { } provider
            ? await provider.GetKeysAsync(Name, cancellationToken).ConfigureAwait(false)
            : null;
        string path = StoreFile.Locate(_settings);
        var factory = new ConnectionFactory(_settings, path);
        try
        {
            if (_settings.ReadOnly)
            {
                OpenForReading(factory, keys);
            }
            else
            {
                OpenForWriting(factory, path, keys);
                _sidecar = new StoreSidecar(SidecarPathOf(path), path, _context.Entropy);
                await _sidecar.BindAsync(this, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            // A store that failed to open holds nothing; another one may try.
            CloseConnections();
            throw;
        }
    }

    /// <summary>
    /// Closes the store; a transaction under way is undone, and its user and those of snapshots are told at their next
    /// call.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (_checkpointer is { } checkpointer)
        {
            await checkpointer.StopAsync().ConfigureAwait(false);
        }

        if (_committed is { } committed)
        {
            _sidecar?.Close(committed.Replica, committed.Counter);
        }

        CloseConnections();
    }

    // Named by the whole path where it stands in a folder of many.
    private string SidecarPathOf(string path) => _settings.SidecarFolder is { } folder
        ? Path.Combine(
            Path.GetFullPath(folder),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path))) + ".sidecar")
        : path + ".sidecar";

    private void OpenForReading(ConnectionFactory factory, SqliteEncryptionKeys? keys)
    {
        _readers = new ReaderPool(factory.OpenReader, _settings.IdleReadersMax);
        Connection reader = _readers.Rent();
        using (reader.Gate.EnterScope())
        {
            int version = _history.Inspect(reader);
            if (version != _history.Newest)
            {
                throw new SyncException(
                    SyncErrorCode.StoreUnavailable,
                    $"The store '{Name}' has schema version {version}, which cannot be read before it is migrated.",
                    "Open it for writing once.");
            }

            factory.DataKey = StoreUnlocker.Unlock(reader, keys);
            reader.Cipher = factory.DataKey?.CreateCipher();
            MayHoldSiblings = true;
            _committed = StateReader.Read(reader);
        }

        _readers.Return(reader);
    }

    private void OpenForWriting(ConnectionFactory factory, string path, SqliteEncryptionKeys? keys)
    {
        _lock = StoreLock.Take(path);
        _writer = factory.OpenWriter();
        bool isRotated;
        using (_writer.Gate.EnterScope())
        {
            int version = _history.Inspect(_writer);
            if (version == 0)
            {
                // Before anything is in the file, even the mark of its log: later it takes a VACUUM.
                _writer.Execute("PRAGMA auto_vacuum = INCREMENTAL");
            }

            factory.PrepareFile(_writer);
            _history.Upgrade(_writer, version, _context);
            factory.DataKey = StoreUnlocker.UnlockForWriting(_writer, keys, out isRotated);
            _writer.Cipher = factory.DataKey?.CreateCipher();

            // A commit that waits for the disk: it proves that the store can be written, and that the log's file is
            // there to stay.
            _writer.Execute($"UPDATE ordo_state SET d = d + 1 WHERE scope = {StateSlot.Store} AND slot = {StateSlot.Counters}");
            MayHoldSiblings = _writer.QueryInt64("SELECT EXISTS(SELECT 1 FROM ordo_sibling)") != 0;
            _committed = StateReader.Read(_writer);
        }

        _wal = new WalFile(path, _openLog);
        _flusher = new LogFlusher(_wal.Flush, Name);
        _readers = new ReaderPool(factory.OpenReader, _settings.IdleReadersMax);
        _checkpointer = new Checkpointer(
            factory.OpenCheckpointer(), _writerTurn, _settings, () => FreePages.Reclaim(_writer));

        if (isRotated)
        {
            // The log still holds the row that the old key opens.
            _checkpointer.Truncate();
        }

        // Making or migrating the store has filled the log already.
        _checkpointer.Count(_writer.TakePagesWritten());
    }

    // The writer last: the last connection to close copies the log into the file and removes it.
    private void CloseConnections()
    {
        _readers?.CloseAll();
        _flusher?.Stop();
        _wal?.Dispose();
        if (_writer is { } writer)
        {
            using (writer.Gate.EnterScope())
            {
                writer.Close();
            }

            // Those who wait for their turn learn that the store is closed.
            if (_writerTurn.CurrentCount == 0)
            {
                _writerTurn.Release();
            }
        }

        _lock?.Dispose();
    }
}
