using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Ordo.Sync.Diagnostics;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>Metrics and traces switched on, exported every second to nowhere: what the engine and the SDK cost, not a backend.</summary>
internal sealed class Telemetry : IDisposable
{
    private readonly CountingExporter _spans = new();
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    public Telemetry()
    {
        _traces = Sdk.CreateTracerProviderBuilder()
            .AddSource(SyncTelemetry.ActivitySourceName)
            .AddProcessor(new BatchActivityExportProcessor(_spans, scheduledDelayMilliseconds: 1000))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .AddMeter(SyncTelemetry.MeterName)
            .AddReader(new PeriodicExportingMetricReader(new DroppingExporter(), exportIntervalMilliseconds: 1000))
            .Build();
    }

    /// <summary>The spans made so far.</summary>
    public int SpanCount
    {
        get
        {
            _traces.ForceFlush();
            return _spans.Count;
        }
    }

    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }

    private sealed class CountingExporter : BaseExporter<Activity>
    {
        public int Count { get; private set; }

        public override ExportResult Export(in Batch<Activity> batch)
        {
            Count += (int)batch.Count;
            return ExportResult.Success;
        }
    }

    private sealed class DroppingExporter : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
