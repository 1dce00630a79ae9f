using OpenTelemetry;
using OpenTelemetry.Metrics;
using Ordo.Sync.Diagnostics;

namespace Ordo.Sync.Observability.Tests.Hosting;

/// <summary>Reads the meter with the OpenTelemetry SDK.</summary>
internal sealed class MeterReading : IDisposable
{
    private readonly List<MetricSnapshot> _exported = [];
    private readonly MeterProvider _provider;

    public MeterReading() => _provider = Sdk.CreateMeterProviderBuilder()
        .AddMeter(SyncTelemetry.MeterName)
        .AddInMemoryExporter(_exported)
        .Build();

    /// <summary>All metrics as they stand now.</summary>
    public IReadOnlyDictionary<string, MetricSnapshot> Read()
    {
        _exported.Clear();
        _provider.ForceFlush();
        return _exported.ToDictionary(metric => metric.Name, StringComparer.Ordinal);
    }

    /// <summary>A metric's points: their tags and value, of a histogram its count.</summary>
    public static IReadOnlyList<(string Tags, double Value)> PointsOf(MetricSnapshot metric) =>
        [.. metric.MetricPoints.Select(point => (TagsOf(point), ValueOf(metric.MetricType, point)))];

    public void Dispose() => _provider.Dispose();

    private static string TagsOf(in MetricPoint point)
    {
        var tags = new List<string>();
        foreach (KeyValuePair<string, object?> tag in point.Tags)
        {
            tags.Add($"{tag.Key}={tag.Value}");
        }

        return string.Join(';', tags.Order(StringComparer.Ordinal));
    }

    private static double ValueOf(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
        MetricType.Histogram => point.GetHistogramCount(),
        _ => throw new InvalidOperationException($"No such metric is expected: {type}."),
    };
}
