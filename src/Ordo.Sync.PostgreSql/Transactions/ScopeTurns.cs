namespace Ordo.Sync.PostgreSql.Transactions;

/// <summary>
/// Lets the writers of this instance wait for each other here, and not each on a connection of its own in the database: one writer
/// a scope, and as many in all as there are connections for. Thread-safe.
/// </summary>
internal sealed class ScopeTurns(int writersMax, TimeSpan timeout) : IDisposable
{
    private readonly SemaphoreSlim _writers = new(writersMax, writersMax);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Turn> _turns = new(StringComparer.Ordinal);
    private volatile bool _isDisposed;

    /// <summary>Waits for a scope's turn.</summary>
    /// <returns>Ends the turn; <see langword="null"/> where it did not come in time.</returns>
    public async ValueTask<Action?> EnterAsync(string scope, CancellationToken cancellationToken)
    {
        Turn turn = Join(scope);
        bool hasTurn = false;
        try
        {
            hasTurn = await turn.Gate.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            if (hasTurn && await _writers.WaitAsync(timeout, cancellationToken).ConfigureAwait(false))
            {
                return () => Leave(scope, turn, hasTurn: true, isWriter: true);
            }
        }
        catch (OperationCanceledException)
        {
            Leave(scope, turn, hasTurn, isWriter: false);
            throw;
        }

        Leave(scope, turn, hasTurn, isWriter: false);
        return null;
    }

    /// <summary>Ends the waiting; turns that are held end without it.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _writers.Dispose();
    }

    private Turn Join(string scope)
    {
        lock (_lock)
        {
            if (!_turns.TryGetValue(scope, out Turn? turn))
            {
                _turns.Add(scope, turn = new Turn());
            }

            turn.UserCount++;
            return turn;
        }
    }

    private void Leave(string scope, Turn turn, bool hasTurn, bool isWriter)
    {
        if (isWriter && !_isDisposed)
        {
            _writers.Release();
        }

        lock (_lock)
        {
            if (hasTurn)
            {
                turn.Gate.Release();
            }

            if (--turn.UserCount == 0)
            {
                _turns.Remove(scope);
                turn.Gate.Dispose();
            }
        }
    }

    private sealed class Turn
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public int UserCount { get; set; }
    }
}
