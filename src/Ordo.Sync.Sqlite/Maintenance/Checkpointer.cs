using System.Diagnostics.CodeAnalysis;
using Ordo.Sync.Errors;
using Ordo.Sync.Sqlite.Driver;
using SQLitePCL;

namespace Ordo.Sync.Sqlite.Maintenance;

/// <summary>
/// Copies the write-ahead log into the database, in the background. A commit that checkpoints itself would stall its writer
/// for 70 to 150 ms; a passive checkpoint beside it does not. Only when the log has outgrown its bound does one writer's turn go to
/// emptying it, and then little is left to copy.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "StopAsync ends it; a commit that is just returning may still count pages.")]
internal sealed class Checkpointer
{
    private readonly Connection _connection;
    private readonly SemaphoreSlim _writerTurn;
    private readonly StoreSettings _settings;
    private readonly SemaphoreSlim _due = new(0, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;
    private long _pagesWritten;
    private volatile SyncException? _failure;

    public Checkpointer(Connection connection, SemaphoreSlim writerTurn, StoreSettings settings)
    {
        _connection = connection;
        _writerTurn = writerTurn;
        _settings = settings;
        _loop = RunAsync();
    }

    /// <summary>Why the last checkpoint failed; <see langword="null"/> where it did not.</summary>
    public SyncException? Failure => _failure;

    /// <summary>Counts what a commit added to the log. By the writer, in its turn.</summary>
    public void Count(int pages)
    {
        _pagesWritten += pages;
        if (_pagesWritten >= _settings.CheckpointAfterPages && _due.CurrentCount == 0)
        {
            _pagesWritten = 0;
            _due.Release();
        }
    }

    /// <summary>Empties the log. In the writer's turn.</summary>
    /// <returns>Whether nothing is left in it: a snapshot that is held open keeps what it reads.</returns>
    public bool Truncate()
    {
        (bool done, _, _) = Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
        return done;
    }

    /// <summary>Ends the background work and closes the connection.</summary>
    public async ValueTask StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        using (_connection.Gate.EnterScope())
        {
            _connection.Close();
        }

    }

    private async Task RunAsync()
    {
        CancellationToken stopping = _stopping.Token;
        try
        {
            while (true)
            {
                await _due.WaitAsync(stopping).ConfigureAwait(false);
                await RunOnceAsync(stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The store closes; its last connection checkpoints once more.
        }
    }

    private async Task RunOnceAsync(CancellationToken stopping)
    {
        try
        {
            (_, int logPages, _) = Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
            _failure = null;
            if (logPages < _settings.WalPagesMax)
            {
                return;
            }

            await _writerTurn.WaitAsync(stopping).ConfigureAwait(false);
            try
            {
                Truncate();
            }
            finally
            {
                _writerTurn.Release();
            }
        }
        catch (SyncException exception)
        {
            // Nothing is lost: the log keeps what it holds. The store reports it, and the next checkpoint tries again.
            _failure = exception;
        }
    }

    private (bool Done, int LogPages, int CopiedPages) Checkpoint(int mode)
    {
        using Lock.Scope held = _connection.Gate.EnterScope();
        int code = raw.sqlite3_wal_checkpoint_v2(_connection.Handle, "main", mode, out int log, out int copied);
        return (code & 0xff) switch
        {
            raw.SQLITE_OK => (log == copied, log, copied),
            raw.SQLITE_BUSY => (false, log, copied),
            _ => throw _connection.Failure(code),
        };
    }
}
