using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Errors;
using Ordo.Sync.Journal;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Health;

/// <summary>
/// Reads what the journals of an engine hold, for callers who cannot wait: a store that answers at once is read at once, another
/// one shows what it answered last. Thread-safe.
/// </summary>
internal sealed class JournalProbe(SyncEngine engine)
{
    private static readonly JournalStatus Nothing = new(0, 0, null);

    private readonly Lock _lock = new();
    private readonly Dictionary<LocalReplica, Reading> _readings = [];
    private Task _looking = Task.CompletedTask;

    /// <summary>What the journals held together when they were last read.</summary>
    public JournalStatus Last
    {
        get
        {
            lock (_lock)
            {
                return _readings.Values.Aggregate(Nothing, (sum, reading) => sum.With(reading.Status));
            }
        }
    }

    /// <summary>Whether all journals could be read when they were last looked at.</summary>
    public bool IsKnown
    {
        get
        {
            lock (_lock)
            {
                return _readings.Count > 0 && _readings.Values.All(reading => reading.Error is null);
            }
        }
    }

    /// <summary>Why a store could not be read; <see langword="null"/> where it could.</summary>
    public SyncException? ErrorOf(LocalReplica replica)
    {
        lock (_lock)
        {
            return _readings.GetValueOrDefault(replica).Error;
        }
    }

    /// <summary>Reads what can be read without waiting; the rest is read meanwhile, once at a time.</summary>
    public void Look()
    {
        lock (_lock)
        {
            if (!_looking.IsCompleted)
            {
                return;
            }
        }

        Task looking = LookAsync(CancellationToken.None).AsTask();
        lock (_lock)
        {
            _looking = looking;
        }
    }

    /// <summary>Reads all journals afresh.</summary>
    public async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        if (!engine.IsOpen)
        {
            return;
        }

        foreach ((LocalReplica replica, _) in engine.Replicas)
        {
            Reading reading = await ReadAsync(replica, cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                _readings[replica] = reading;
            }
        }
    }

    private async ValueTask<Reading> ReadAsync(LocalReplica replica, CancellationToken cancellationToken)
    {
        try
        {
            await using IStoreSnapshot snapshot = await replica.Store.ReadAsync(cancellationToken).ConfigureAwait(false);
            return new Reading(
                await snapshot.GetJournalStatusAsync(scope: null, cancellationToken).ConfigureAwait(false), Error: null);
        }
        catch (SyncException exception)
        {
            return new Reading(Before(replica), exception);
        }
        catch (ObjectDisposedException)
        {
            // The engine was closed in this moment: what was read before stands.
            return new Reading(Before(replica), Error: null);
        }
    }

    private JournalStatus Before(LocalReplica replica)
    {
        lock (_lock)
        {
            return _readings.TryGetValue(replica, out Reading reading) ? reading.Status : Nothing;
        }
    }

    private readonly record struct Reading(JournalStatus Status, SyncException? Error);
}
