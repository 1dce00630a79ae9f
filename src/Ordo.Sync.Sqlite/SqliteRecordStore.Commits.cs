using Ordo.Sync.Errors;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Maintenance;
using Ordo.Sync.Sqlite.State;
using Ordo.Sync.Sqlite.Transactions;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite;

/// <content>How a transaction is committed, and when it is on the disk.</content>
public sealed partial class SqliteRecordStore
{
    private static readonly SqlText CommitText = new("COMMIT");

    private SyncMode _nextMode = SyncMode.Full;

    /// <summary>Brings commits to the disk.</summary>
    internal LogFlusher Flusher => _flusher!;

    /// <inheritdoc/>
    public ValueTask PersistAsync(CancellationToken cancellationToken = default)
    {
        _ = Latest();
        return _flusher is { } flusher ? new(flusher.WaitAsync().WaitAsync(cancellationToken)) : ValueTask.CompletedTask;
    }

    /// <summary>Waits until all that is committed so far is on the disk.</summary>
    internal Task PersistAsync() => _flusher!.WaitAsync();

    /// <summary>
    /// Commits what the writer has written and publishes the state that it leaves. The log is flushed within the writer's turn
    /// where nobody would gain by taking the turn meanwhile.
    /// </summary>
    /// <param name="writer">The writer's connection.</param>
    /// <param name="draft">What the transaction changed of the state.</param>
    /// <param name="durability">What the returned task waits for.</param>
    /// <param name="isSubmitted">Whether the caller has more to write before it waits.</param>
    internal Task Commit(Connection writer, TransactionDraft draft, Durability durability, bool isSubmitted)
    {
        bool isFull = durability == Durability.Full;
        bool isBeside = isFull && (isSubmitted || _writerTurn.HasWaiters);
        _nextMode = isFull && !isBeside ? SyncMode.Full : SyncMode.Normal;
        StoreState state;
        try
        {
            state = draft.Write();
            _committing = state;
            writer.Run(CommitText);
        }
        catch (Exception exception)
        {
            _committing = null;
            if (exception is SyncException { Code: SyncErrorCode.StoreFull })
            {
                // A log that begins anew needs no space: the next commit may find it so.
                _checkpointer!.Relieve();
            }
            else if (exception is SyncException { Code: SyncErrorCode.StoreUnavailable })
            {
                _flusher!.Doubt(exception);
            }

            throw;
        }

        _committed = state;
        _committing = null;
        draft.Publish();
        _checkpointer!.Count(writer.TakePagesWritten());
        _flusher!.Count(isDurable: writer.Mode == SyncMode.Full);
        if (!isFull)
        {
            return Task.CompletedTask;
        }

        _wal!.Reserve();
        if (isBeside)
        {
            return SettleAsync();
        }

        // The level is fixed when a transaction begins, before its caller has said which it wants.
        try
        {
            _flusher.Flush();
        }
        catch (Exception exception)
        {
            throw Failures.Undurable(Name, exception);
        }

        return Task.CompletedTask;
    }

    private async Task SettleAsync()
    {
        try
        {
            await _flusher!.WaitAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            throw Failures.Undurable(Name, exception);
        }
    }

    /// <summary>Ends the writer's turn.</summary>
    internal void EndWrite()
    {
        // A store that closes ends the turn itself, for the sake of those who wait.
        if (_disposed == 0)
        {
            _writerTurn.Release();
        }
    }

    // What a failed flush has left on the disk nobody knows, nor what the next one would say: before anything is written behind it,
    // what the log holds is copied into the database, which is flushed by itself, and the log begins anew.
    private void RequireSoundLog()
    {
        if (_flusher!.Failure is not { } failure)
        {
            return;
        }

        if (!_checkpointer!.Truncate())
        {
            throw Failures.Unavailable(
                Name,
                $"its log could not be flushed ({failure.Message}), and a snapshot that is held open keeps it from being emptied",
                failure);
        }

        _flusher.Trust();
    }
}
