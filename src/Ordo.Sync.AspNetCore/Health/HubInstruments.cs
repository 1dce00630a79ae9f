using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Ordo.Sync.AspNetCore.Endpoints;
using Ordo.Sync.Diagnostics;
using Ordo.Sync.Journal;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;

namespace Ordo.Sync.AspNetCore.Health;

/// <summary>
/// The instruments of a hub, under the meter <see cref="SyncTelemetry.MeterName"/>. Names and units follow the OpenTelemetry
/// conventions (https://opentelemetry.io/docs/specs/semconv/general/metrics/); docs/guides/observability.md explains them.
/// </summary>
internal sealed class HubInstruments
{
    private static readonly InstrumentAdvice<double> RequestBuckets = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<long> _active;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _conflicts;
    private readonly Counter<long> _rejections;
    private readonly TimeProvider _time;

    public HubInstruments(IMeterFactory meters, SyncHub hub, LiveEndpoint live, TimeProvider time)
    {
        _time = time;
        Meter meter = meters.Create(SyncTelemetry.MeterName, HubTelemetry.Version);
        _duration = meter.CreateHistogram(
            "ordo.sync.hub.request.duration", "s", "How long requests of devices take.", tags: null, RequestBuckets);
        _active = meter.CreateUpDownCounter<long>(
            "ordo.sync.hub.active_requests", "{request}", "Requests under way; live connections are counted apart.");
        _bytes = meter.CreateCounter<long>(
            "ordo.sync.hub.network.io", "By", "Bodies received from and sent to devices, where their length was said.");
        _errors = meter.CreateCounter<long>("ordo.sync.hub.errors", "{error}", "Requests that were refused or failed.");
        _conflicts = meter.CreateCounter<long>(
            "ordo.sync.hub.conflicts", "{conflict}", "Versions brought that met a concurrent one.");
        _rejections = meter.CreateCounter<long>("ordo.sync.hub.rejections", "{record}", "Versions that the hub refused.");
        meter.CreateObservableGauge(
            "ordo.sync.hub.live.connections", () => live.Count, "{connection}", "Devices that listen to changes.");
        meter.CreateObservableGauge(
            "ordo.sync.hub.memory.usage", () => Environment.WorkingSet, "By", "The resident memory of the process.");
        meter.CreateObservableGauge(
            "ordo.sync.hub.store.size", () => Observe(hub, size => size.Bytes), "By", "What the store's files take.");
        meter.CreateObservableGauge(
            "ordo.sync.hub.store.free", () => Observe(hub, size => size.FreeBytes), "By", "What is left on the store's volume.");
    }

    /// <summary>A request begins; dispose the result when it is answered.</summary>
    public HubRequest Begin(HttpContext context, string operation)
    {
        _active.Add(1);
        return new HubRequest(this, context, operation, _time.GetTimestamp());
    }

    /// <summary>A request is answered.</summary>
    public void End(HttpContext context, string operation, long began, Errors.SyncErrorCode? error)
    {
        _active.Add(-1);
        var name = new KeyValuePair<string, object?>("ordo.sync.operation", operation);
        double seconds = _time.GetElapsedTime(began).TotalSeconds;
        if (error is { } code)
        {
            var type = new KeyValuePair<string, object?>("error.type", code.ToString());
            _duration.Record(seconds, name, type);
            _errors.Add(1, name, type);
        }
        else
        {
            _duration.Record(seconds, name);
        }

        Count(context.Request.ContentLength, "receive");
        Count(context.Response.ContentLength, "transmit");
    }

    /// <summary>Versions that a device brought were not simply accepted.</summary>
    public void OnOutcomes(IReadOnlyCollection<OutcomeEntry> outcomes)
    {
        int rejected = outcomes.Count(entry => entry.Outcome == WriteOutcome.Rejected);
        _rejections.Add(rejected);
        _conflicts.Add(outcomes.Count - rejected);
    }

    private void Count(long? bytes, string direction)
    {
        if (bytes > 0)
        {
            _bytes.Add(bytes.Value, new KeyValuePair<string, object?>("network.io.direction", direction));
        }
    }

    private static IEnumerable<Measurement<long>> Observe(SyncHub hub, Func<StoreSize, long?> of) =>
        hub.IsOpen && hub.Store is IMeasurableStore store && of(store.MeasureSize()) is { } bytes ? [new(bytes)] : [];
}
