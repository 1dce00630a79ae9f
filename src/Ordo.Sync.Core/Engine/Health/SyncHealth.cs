using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Errors;
using Ordo.Sync.Journal;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Health;

/// <summary>Hears what an engine does, counts it, and says how it is doing.</summary>
internal sealed class SyncHealth : ISyncHealth, IDeviceReadings, IDisposable
{
    private readonly SyncEngine _engine;
    private readonly TimeProvider _time;
    private readonly SyncTally _tally = new();
    private readonly DeviceInstruments _instruments;
    private readonly JournalProbe _journal;
    private long _offsetTicks = long.MinValue;

    public SyncHealth(SyncEngine engine, IMeterFactory? meters, TimeProvider time)
    {
        _engine = engine;
        _time = time;
        _journal = new JournalProbe(engine);
        _instruments = new DeviceInstruments(meters, this);
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    public SyncHealthReport Report()
    {
        _journal.Look();
        return Build();
    }

    public async ValueTask<SyncHealthReport> ReportAsync(CancellationToken cancellationToken)
    {
        await _journal.LookAsync(cancellationToken).ConfigureAwait(false);
        return Build();
    }

    public async ValueTask<IReadOnlyList<string>> VerifyStoresAsync(CancellationToken cancellationToken)
    {
        await _engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        var problems = new List<string>();
        foreach ((LocalReplica replica, _) in _engine.Replicas)
        {
            try
            {
                if (replica.Store is IVerifiableStore store)
                {
                    problems.AddRange(await store.VerifyIntegrityAsync(cancellationToken).ConfigureAwait(false));
                }
            }
            catch (SyncException exception)
            {
                problems.Add($"The store '{replica.Store.Name}' cannot be checked ({exception.Code}): {exception.Message}");
            }
        }

        return problems;
    }

    /// <summary>A group of local writes is about to be committed; what it returns goes to <see cref="OnCommitted"/>.</summary>
    public long OnCommitting() => _instruments.MeasuresCommits ? _time.GetTimestamp() : 0;

    /// <summary>A group of local writes is committed.</summary>
    public void OnCommitted(List<QueuedWrite> group, long began)
    {
        if (began != 0)
        {
            _instruments.OnCommitted(group.Sum(write => write.Writes.Count), _time.GetElapsedTime(began));
        }
    }

    /// <summary>A round trip to the hub is over.</summary>
    public void OnRequest(string operation, TimeSpan duration, SyncErrorCode? error) =>
        _instruments.OnRequest(operation, duration, error);

    /// <summary>A sync has ended with a report.</summary>
    public void OnSynced(SyncReport report)
    {
        if (report.ClockOffset is { } offset)
        {
            Interlocked.Exchange(ref _offsetTicks, offset.Ticks);
        }

        _tally.OnSynced(report, Now);
        _instruments.OnSynced(report);
    }

    /// <summary>A sync has ended since the local store failed.</summary>
    public void OnSyncFailed(SyncException error, TimeSpan duration)
    {
        _tally.OnFailed(error, Now, duration);
        _instruments.OnFailed(error, duration);
    }

    /// <summary>A sync or a session is begun again after a failure.</summary>
    public void OnRetry()
    {
        _tally.OnRetry();
        _instruments.OnRetry();
    }

    /// <summary>The hub told of a change in a lane.</summary>
    public void OnAnnounced(string lane) => _tally.OnAnnounced(lane, Now);

    /// <summary>The hub tells of changes from now on, or no longer.</summary>
    public void OnLive(bool isLive) => _tally.OnLive(isLive, Now);

    public void Dispose() => _instruments.Dispose();

    public IEnumerable<Measurement<long>> ObservePendingCount() => Pending() is { } journal ? [new(journal.PendingCount)] : [];

    public IEnumerable<Measurement<long>> ObservePendingBytes() => Pending() is { } journal ? [new(journal.PendingBytes)] : [];

    public IEnumerable<Measurement<double>> ObservePendingAge() =>
        Pending() is { } journal ? [new((AgeOf(journal) ?? TimeSpan.Zero).TotalSeconds)] : [];

    public IEnumerable<Measurement<double>> ObserveLag() => _engine.IsOpen && _tally
        .LagOf([.. _engine.LanesOf(scope: null).Select(lane => lane.Name)], Now) is { } lag ? [new(lag.TotalSeconds)] : [];

    public IEnumerable<Measurement<double>> ObserveSkew() =>
        _engine.IsOpen && Offset is { } offset ? [new(offset.TotalSeconds)] : [];

    public IEnumerable<Measurement<long>> ObserveQueue(Func<QueueHealth, long> of) => _engine.IsOpen ? [new(of(Queue()))] : [];

    public IEnumerable<Measurement<long>> ObserveMemory(Func<MemoryReport, long?> of) =>
        _engine.IsOpen && of(_engine.Memory.Read()) is { } bytes ? [new(bytes)] : [];

    public IEnumerable<Measurement<long>> ObserveStores(Func<StoreSize, long?> of)
    {
        if (!_engine.IsOpen)
        {
            yield break;
        }

        foreach ((LocalReplica replica, bool isEphemeral) in _engine.Replicas)
        {
            if (SizeOf(replica) is { } size && of(size) is { } bytes)
            {
                yield return new Measurement<long>(
                    bytes, new KeyValuePair<string, object?>("ordo.sync.store", isEphemeral ? "ephemeral" : "structured"));
            }
        }
    }

    public IEnumerable<Measurement<int>> ObserveLive() =>
        _engine.IsOpen && _engine.LiveTransport is not null ? [new(_tally.IsLive ? 1 : 0)] : [];

    public IEnumerable<Measurement<long>> ObserveWatchBacklog() =>
        _engine.IsOpen ? [new(_engine.Publisher.BacklogCount)] : [];

    public TransportBytes? ReadTraffic() => _engine.IsOpen ? _engine.Traffic : null;

    private TimeSpan? Offset => Interlocked.Read(ref _offsetTicks) is not long.MinValue and var ticks ? new TimeSpan(ticks) : null;

    private static StoreSize? SizeOf(LocalReplica replica) => (replica.Store as IMeasurableStore)?.MeasureSize();

    private SyncHealthReport Build()
    {
        bool isOpen = _engine.IsOpen;
        JournalStatus pending = _journal.Last;
        TransportBytes traffic = _engine.Traffic ?? default;
        var report = new SyncHealthReport
        {
            MeasuredAt = Now,
            IsOpen = isOpen,
            Replica = isOpen ? _engine.Replica : null,
            LastRenewal = _engine.Renewals.Last,
            Pending = pending,
            OldestPendingAge = AgeOf(pending),
            Queue = Queue(),
            Memory = _engine.Memory.Read(),
            Stores = [.. _engine.Replicas.Select(store => OfStore(store.Replica, store.IsEphemeral))],
            ClockOffset = Offset,
            WatchBacklogCount = _engine.Publisher.BacklogCount,
            Scopes = [],
            Lag = null,
            IsLive = false,
            LastSync = null,
            LastCompletedAt = null,
            FailuresInARow = 0,
            SyncLatency = LatencySummary.None,
            Totals = new SyncTotals(),
            Errors = ImmutableSortedDictionary<SyncErrorCode, long>.Empty,
        };
        report = _tally.Complete(report, _engine.LanesOf(scope: null)
            .OrderBy(lane => lane.Scope, StringComparer.Ordinal)
            .GroupBy(lane => lane.Scope, lane => lane.Name));
        return report with
        {
            Totals = report.Totals with { BytesSent = traffic.Sent, BytesReceived = traffic.Received },
        };
    }

    private StoreHealth OfStore(LocalReplica replica, bool isEphemeral)
    {
        StoreSize? size = SizeOf(replica);
        return new StoreHealth(
            replica.Store.Name, isEphemeral, size?.Bytes, size?.FreeBytes, _journal.ErrorOf(replica));
    }

    private QueueHealth Queue() => new(
        _engine.Replicas.Sum(store => store.Replica.WaitingBytes),
        _engine.Replicas.Sum(store => store.Replica.QueueBytesMax),
        _engine.Replicas.Sum(store => store.Replica.WaiterCount));

    private JournalStatus? Pending()
    {
        _journal.Look();
        return _engine.IsOpen && _journal.IsKnown ? _journal.Last : null;
    }

    // The journal is stamped by the hub's clock, as far as known.
    private TimeSpan? AgeOf(JournalStatus journal) => journal.Oldest is { } oldest
        ? TimeSpan.FromTicks(Math.Max(0, (Now + (Offset ?? TimeSpan.Zero) - oldest.Time).Ticks))
        : null;
}
