using System.Collections.Concurrent;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Maintenance;

/// <summary>
/// The reader connections. There is always one to be had: a bound would let a caller that holds a snapshot wait for
/// itself; only the number that stays open while idle is bounded. Thread-safe.
/// </summary>
internal sealed class ReaderPool(Func<Connection> open, int idleMax)
{
    private readonly ConcurrentDictionary<Connection, byte> _all = new();
    private readonly Connection?[] _idle = new Connection?[idleMax];
    private volatile bool _isClosed;

    /// <summary>Takes a connection out of the pool.</summary>
    public Connection Rent()
    {
        for (int i = 0; i < _idle.Length; i++)
        {
            if (_idle[i] is not null && Interlocked.Exchange(ref _idle[i], null) is { } idle)
            {
                return idle;
            }
        }

        Connection opened = open();
        _all.TryAdd(opened, 0);
        if (_isClosed)
        {
            Close(opened);
        }

        return opened;
    }

    /// <summary>Gives a connection back, or closes it where enough are idle.</summary>
    public void Return(Connection connection)
    {
        for (int i = 0; i < _idle.Length && !_isClosed; i++)
        {
            if (_idle[i] is null && Interlocked.CompareExchange(ref _idle[i], connection, null) is null)
            {
                return;
            }
        }

        Close(connection);
    }

    /// <summary>Closes the connections that nobody uses.</summary>
    public void CloseIdle()
    {
        for (int i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.Exchange(ref _idle[i], null) is { } idle)
            {
                Close(idle);
            }
        }
    }

    /// <summary>Closes all connections, also those in use: their users are told at their next call.</summary>
    public void CloseAll()
    {
        _isClosed = true;
        foreach (Connection connection in _all.Keys)
        {
            Close(connection);
        }
    }

    private void Close(Connection connection)
    {
        _all.TryRemove(connection, out _);
        using Lock.Scope held = connection.Gate.EnterScope();
        connection.Close();
    }
}
