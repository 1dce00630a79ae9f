using System.Diagnostics.CodeAnalysis;
using Ordo.Sync.Errors;
using Ordo.Sync.Scheduling;
using Ordo.Sync.Sqlite.Driver;
using SQLitePCL;

namespace Ordo.Sync.Sqlite.Maintenance;

/// <summary>
/// Copies the write-ahead log into the database, in the background: a commit that checkpoints itself would stall its
/// writer for 70 to 150 ms. SQLite begins the log anew once all of it is copied; under steady writing that never comes
/// about by itself, so when the log has reached a quarter of its bound, the rest is copied in a writer's turn, and at the bound
/// writers wait for that.
/// </summary>
/// <remarks>
/// A log that begins anew writes over blocks the file has; one that grows costs twice the time a page.
/// </remarks>
[SuppressMessage(
    "Design", "CA1001", Justification = "StopAsync ends it; a commit that is just returning may still count pages.")]
internal sealed class Checkpointer
{
    private readonly Connection _connection;
    private readonly AsyncSemaphore _writerTurn;
    private readonly StoreSettings _settings;
    private readonly Func<bool> _reclaim;
    private readonly SemaphoreSlim _due = new(0, 1);
    private readonly SemaphoreSlim _overflow = new(0, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loops;
    private volatile Task? _overflowTurn;
    private volatile bool _isDiskFull;
    private long _pagesSinceLast;
    private long _logPages;
    private volatile SyncException? _failure;

    /// <param name="connection">The connection that checkpoints run on.</param>
    /// <param name="writerTurn">The writers' turn.</param>
    /// <param name="settings">The bounds.</param>
    /// <param name="reclaim">Gives a bounded part of the free pages back, in a writer's turn; says whether more are left.</param>
    public Checkpointer(Connection connection, AsyncSemaphore writerTurn, StoreSettings settings, Func<bool> reclaim)
    {
        _connection = connection;
        _writerTurn = writerTurn;
        _settings = settings;
        _reclaim = reclaim;
        _loops = Task.WhenAll(RunAsync(_due, CopyAsync), RunAsync(_overflow, _ => FinishAsync(_overflowTurn!)));
    }

    /// <summary>Why the last checkpoint failed; <see langword="null"/> where it did not.</summary>
    public SyncException? Failure => _failure;

    /// <summary>Counts what a commit added to the log. By the writer, in its turn.</summary>
    public void Count(int pages)
    {
        long log = Interlocked.Add(ref _logPages, pages);
        _pagesSinceLast += pages;
        bool isDue = _pagesSinceLast >= _settings.CheckpointAfterPages;
        if (isDue)
        {
            _pagesSinceLast = 0;
            Signal(_due);
        }

        // A writer that never pauses would fill what is left of the disk while the background copies.
        if (log >= _settings.WalPagesMax || (isDue && DiskSpace.IsShort(_settings.Path)))
        {
            AskForTurn();
        }
    }

    /// <summary>Asks for the log to be emptied, and its file: the disk is full. By the writer, in its turn.</summary>
    public void Relieve()
    {
        _isDiskFull = true;
        AskForTurn();
    }

    /// <summary>Empties the log and its file. In the writer's turn.</summary>
    /// <returns>Whether nothing is left in it: a snapshot that is held open keeps what it reads.</returns>
    public bool Truncate()
    {
        (bool done, _) = Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE, isWritersTurn: true);
        return done;
    }

    /// <summary>Ends the background work and closes the connection.</summary>
    public async ValueTask StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loops.ConfigureAwait(false);
        using (_connection.Gate.EnterScope())
        {
            _connection.Close();
        }
    }

    // Asked for from within a writer's turn, so the next turn is the checkpoint's whoever else is about to ask.
    private void AskForTurn()
    {
        if (_overflowTurn is null && !_stopping.IsCancellationRequested)
        {
            _overflowTurn = _writerTurn.WaitAsync(_stopping.Token);
            Signal(_overflow);
        }
    }

    private static void Signal(SemaphoreSlim signal)
    {
        // Only the writer signals, so nothing comes between the look and the release.
        if (signal.CurrentCount == 0)
        {
            signal.Release();
        }
    }

    private async Task RunAsync(SemaphoreSlim signal, Func<CancellationToken, Task> work)
    {
        CancellationToken stopping = _stopping.Token;
        try
        {
            while (true)
            {
                await signal.WaitAsync(stopping).ConfigureAwait(false);
                try
                {
                    await work(stopping).ConfigureAwait(false);
                    _failure = null;
                }
                catch (SyncException exception)
                {
                    // Nothing is lost: the log keeps what it holds. The store reports it, and the next checkpoint tries
                    // again.
                    _failure = exception;
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The store closes; its last connection checkpoints once more.
        }
    }

    private async Task CopyAsync(CancellationToken stopping)
    {
        (bool done, long log) = Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE, isWritersTurn: false);
        if (!done && log >= _settings.WalPagesMax / 4)
        {
            // What writers added meanwhile is little: copied in a writer's turn, it lets the next commit begin the log anew.
            await FinishAsync(_writerTurn.WaitAsync(stopping)).ConfigureAwait(false);
        }

        // Writers have their turns between the steps.
        bool isMore = FreePages.AreMany(_connection);
        while (isMore)
        {
            await _writerTurn.WaitAsync(stopping).ConfigureAwait(false);
            try
            {
                isMore = _reclaim();
            }
            finally
            {
                _writerTurn.Release();
            }
        }
    }

    private async Task FinishAsync(Task turn)
    {
        await turn.ConfigureAwait(false);
        try
        {
            (_, long log) = Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE, isWritersTurn: true);
            if (log > _settings.WalPagesMax || _isDiskFull)
            {
                _isDiskFull = false;

                // A snapshot held the log; give its space back, or try again at the next one.
                Truncate();
            }
        }
        finally
        {
            if (ReferenceEquals(turn, _overflowTurn))
            {
                // Before the next writer counts: it may have to ask again.
                _overflowTurn = null;
            }

            _writerTurn.Release();
        }
    }

    private (bool Done, long LogPages) Checkpoint(int mode, bool isWritersTurn)
    {
        using Lock.Scope held = _connection.Gate.EnterScope();
        long before = Interlocked.Read(ref _logPages);
        int code = raw.sqlite3_wal_checkpoint_v2(_connection.Handle, "main", mode, out int log, out int copied);
        bool done = (code & 0xff) switch
        {
            raw.SQLITE_OK => log == copied,
            raw.SQLITE_BUSY => false,
            _ => throw _connection.Failure(code),
        };
        if (done && isWritersTurn)
        {
            // Nobody has written since: the next commit begins the log anew.
            Interlocked.Exchange(ref _logPages, 0);
        }
        else
        {
            // The true size, and what writers have added since; that a commit has begun the log anew shows at the next
            // look.
            Interlocked.Add(ref _logPages, log - before);
        }

        return (done, log);
    }
}
