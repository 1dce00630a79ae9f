using System.Diagnostics.Metrics;
using Ordo.Sync.Diagnostics;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Health;

/// <summary>
/// The instruments of a device, under the meter <see cref="SyncTelemetry.MeterName"/>. Names and units follow the OpenTelemetry
/// conventions (https://opentelemetry.io/docs/specs/semconv/general/metrics/); docs/guides/observability.md explains them.
/// </summary>
internal sealed class DeviceInstruments : IDisposable
{
    private static readonly InstrumentAdvice<double> SyncBuckets = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    };

    private static readonly InstrumentAdvice<double> CommitBuckets = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    };

    private readonly Meter _meter;
    private readonly bool _ownsMeter;
    private readonly Histogram<double> _syncDuration;
    private readonly Histogram<double> _requestDuration;
    private readonly Histogram<double> _commitDuration;
    private readonly Counter<long> _writes;
    private readonly Counter<long> _records;
    private readonly Counter<long> _conflicts;
    private readonly Counter<long> _rejections;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _retries;

    public DeviceInstruments(IMeterFactory? factory, IDeviceReadings readings)
    {
        var options = new MeterOptions(SyncTelemetry.MeterName) { Version = SyncTelemetry.Version };
        _ownsMeter = factory is null;
        _meter = factory?.Create(options) ?? new Meter(options);
        _syncDuration = _meter.CreateHistogram(
            "ordo.sync.duration", "s", "How long syncs take.", tags: null, SyncBuckets);
        _requestDuration = _meter.CreateHistogram(
            "ordo.sync.request.duration", "s", "How long round trips to the hub take.", tags: null, SyncBuckets);
        _commitDuration = _meter.CreateHistogram(
            "ordo.sync.commit.duration", "s", "How long commits of local writes take.", tags: null, CommitBuckets);
        _writes = _meter.CreateCounter<long>("ordo.sync.writes", "{record}", "Records written by this app.");
        _records = _meter.CreateCounter<long>("ordo.sync.records", "{record}", "Records moved by syncs.");
        _conflicts = _meter.CreateCounter<long>("ordo.sync.conflicts", "{conflict}", "Versions that met a concurrent one.");
        _rejections = _meter.CreateCounter<long>("ordo.sync.rejections", "{record}", "Versions that the hub refused.");
        _errors = _meter.CreateCounter<long>("ordo.sync.errors", "{error}", "Errors of syncs.");
        _retries = _meter.CreateCounter<long>(
            "ordo.sync.retries", "{retry}", "Syncs and sessions begun again after a failure.");
        Observe(readings);
    }

    public bool MeasuresCommits => _commitDuration.Enabled || _writes.Enabled;

    public void OnCommitted(int records, TimeSpan duration)
    {
        _writes.Add(records);
        _commitDuration.Record(duration.TotalSeconds);
    }

    public void OnRequest(string operation, TimeSpan duration, SyncErrorCode? error)
    {
        var name = new KeyValuePair<string, object?>("ordo.sync.operation", operation);
        if (error is null)
        {
            _requestDuration.Record(duration.TotalSeconds, name);
        }
        else
        {
            _requestDuration.Record(duration.TotalSeconds, name, ErrorType(error.Value));
        }
    }

    public void OnSynced(SyncReport report)
    {
        OnSyncEnded(report.Status, report.Duration);
        Add(_records, report.PushedCount, new("ordo.sync.direction", "push"));
        Add(_records, report.PulledCount, new("ordo.sync.direction", "pull"));
        _conflicts.Add(report.ConflictCount);
        _rejections.Add(report.RejectedCount);
        foreach (ScopeReport scope in report.Scopes)
        {
            if (scope.Error is { } error)
            {
                OnError(error.Code);
            }
        }

        if (report.Scopes.IsEmpty && report.Error is { } whole)
        {
            OnError(whole.Code);
        }
    }

    public void OnFailed(SyncException error, TimeSpan duration)
    {
        OnSyncEnded(SyncStatus.Failed, duration);
        OnError(error.Code);
    }

    public void OnRetry() => _retries.Add(1);

    // A factory keeps its meters and disposes them; what is observed says nothing once the engine is closed.
    public void Dispose()
    {
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }

    private static void Add(Counter<long> counter, long value, KeyValuePair<string, object?> tag)
    {
        if (value > 0)
        {
            counter.Add(value, tag);
        }
    }

    private static KeyValuePair<string, object?> ErrorType(SyncErrorCode code) => new("error.type", code.ToString());

    private void OnSyncEnded(SyncStatus status, TimeSpan duration)
    {
        _syncDuration.Record(
            duration.TotalSeconds, new KeyValuePair<string, object?>("ordo.sync.status", status.ToString()));

        // A counter that was never counted does not exist to those who ask for its rate.
        _retries.Add(0);
    }

    private void OnError(SyncErrorCode code) => _errors.Add(1, ErrorType(code));

    private void Observe(IDeviceReadings readings)
    {
        _meter.CreateObservableGauge(
            "ordo.sync.pending.operations", readings.ObservePendingCount, "{operation}", "Writes that the hub has not acknowledged.");
        _meter.CreateObservableGauge(
            "ordo.sync.pending.size", readings.ObservePendingBytes, "By", "Their size in the journal.");
        _meter.CreateObservableGauge(
            "ordo.sync.pending.age", readings.ObservePendingAge, "s", "How long the oldest of them waits.");
        _meter.CreateObservableGauge(
            "ordo.sync.lag", readings.ObserveLag, "s", "How long ago all that the hub had was held here.");
        _meter.CreateObservableGauge(
            "ordo.sync.clock.skew", readings.ObserveSkew, "s", "How far the hub's clock is ahead of this device's.");
        _meter.CreateObservableGauge(
            "ordo.sync.queue.size", () => readings.ObserveQueue(queue => queue.Bytes), "By", "Writes that wait for the writer.");
        _meter.CreateObservableGauge(
            "ordo.sync.queue.limit", () => readings.ObserveQueue(queue => queue.BytesMax), "By", "What may wait before callers do.");
        _meter.CreateObservableGauge(
            "ordo.sync.queue.waiters", () => readings.ObserveQueue(queue => queue.WaiterCount), "{caller}",
            "Callers who wait for room in the queue.");
        _meter.CreateObservableGauge(
            "ordo.sync.memory.usage", () => readings.ObserveMemory(memory => memory.WorkingSetBytes), "By",
            "The resident memory of the process.");
        _meter.CreateObservableGauge(
            "ordo.sync.memory.limit", () => readings.ObserveMemory(memory => memory.LimitBytes), "By",
            "What the process should stay below; absent where there is no limit.");
        _meter.CreateObservableGauge(
            "ordo.sync.store.size", () => readings.ObserveStores(size => size.Bytes), "By", "What the store's files take.");
        _meter.CreateObservableGauge(
            "ordo.sync.store.free", () => readings.ObserveStores(size => size.FreeBytes), "By", "What is left on the store's volume.");
        _meter.CreateObservableGauge(
            "ordo.sync.live.connections", readings.ObserveLive, "{connection}", "1 while the hub tells of changes at once, else 0.");
        _meter.CreateObservableGauge(
            "ordo.sync.watch.backlog", readings.ObserveWatchBacklog, "{change}", "Changes that watchers have not taken.");
        _meter.CreateObservableCounter(
            "ordo.sync.network.io", () => Directions(readings.ReadTraffic()), "By", "Bodies sent to and received from the hub.");
    }

    private static IEnumerable<Measurement<long>> Directions(TransportBytes? traffic) => traffic is { } bytes
        ?
        [
            new(bytes.Sent, new KeyValuePair<string, object?>("network.io.direction", "transmit")),
            new(bytes.Received, new KeyValuePair<string, object?>("network.io.direction", "receive")),
        ]
        : [];
}
