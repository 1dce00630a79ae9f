using Ordo.Sync.Errors;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Maintenance;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite;

/// <content>What operators and tools do with a store beyond its contract.</content>
public sealed partial class SqliteRecordStore : IVerifiableStore
{
    /// <summary>
    /// Why the last background checkpoint failed; <see langword="null"/> where it did not. The store works on, but its
    /// log grows until a checkpoint succeeds.
    /// </summary>
    public SyncException? MaintenanceFailure => _checkpointer?.Failure;

    /// <inheritdoc/>
    /// <remarks>Checks SQLite's structures and what must hold between the store's tables.</remarks>
    public ValueTask<IReadOnlyList<string>> VerifyIntegrityAsync(CancellationToken cancellationToken = default) =>
        new(UseReader(
            connection =>
            {
                connection.Execute("BEGIN");
                try
                {
                    return IntegrityCheck.Run(connection);
                }
                finally
                {
                    connection.RollbackQuietly();
                }
            },
            cancellationToken));

    /// <summary>
    /// Writes a copy of the last commit to a file of its own, beside writers; replaces the file when the copy is whole.
    /// Blobs are not in it. A copy that is opened as a store, elsewhere or in place of the original, takes a new
    /// incarnation.
    /// </summary>
    /// <param name="path">The file to write; its folders are made.</param>
    /// <param name="cancellationToken">Stops between steps; nothing is left then.</param>
    /// <exception cref="SyncException">The copy cannot be written.</exception>
    public ValueTask BackupAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string full = Path.GetFullPath(path);
        if (string.Equals(full, Name, StringComparison.Ordinal))
        {
            throw new ArgumentException("The copy cannot take the place of the store itself.", nameof(path));
        }

        UseReader(
            connection =>
            {
                BackupWriter.Write(connection, full, cancellationToken);
                return true;
            },
            cancellationToken);
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Copies the log into the database and empties it, in a writer's turn; the background does so by itself.
    /// </summary>
    /// <returns>Whether the log is empty now; a snapshot that is held open keeps what it reads.</returns>
    public async ValueTask<bool> CheckpointAsync(CancellationToken cancellationToken = default)
    {
        _ = Latest();
        ThrowIfReadOnly();
        await _writerTurn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfUnusable(_writer!);
            return _checkpointer!.Truncate();
        }
        finally
        {
            EndWrite();
        }
    }

    /// <summary>
    /// Gives the space of removed records back to the file system. Rewrites the file, so it takes as long as copying it
    /// and as much free space again; writers wait meanwhile. Without it the space is used again by later writes.
    /// </summary>
    public async ValueTask CompactAsync(CancellationToken cancellationToken = default)
    {
        _ = Latest();
        ThrowIfReadOnly();
        await _writerTurn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Connection writer = _writer!;
            using (writer.Gate.EnterScope())
            {
                ThrowIfUnusable(writer);
                // A store of an earlier version gets its pages freed in steps from now on.
                writer.Execute("PRAGMA auto_vacuum = INCREMENTAL; VACUUM");
                _checkpointer!.Count(writer.TakePagesWritten());
            }

            _checkpointer!.Truncate();
        }
        finally
        {
            EndWrite();
        }
    }

    private T UseReader<T>(Func<Connection, T> use, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _ = Latest();
        Connection connection = _readers!.Rent();
        try
        {
            using Lock.Scope held = connection.Gate.EnterScope();
            ThrowIfUnusable(connection);
            return use(connection);
        }
        finally
        {
            _readers.Return(connection);
        }
    }
}
