using System.Text.Json.Serialization;

namespace Ordo.Sync.Benchmarks.Reporting;

/// <summary>One line of a scenario's report. Times are seconds and milliseconds, memory is MiB.</summary>
public sealed record Measurement
{
    [JsonPropertyName("scenario")]
    public required string Scenario { get; init; }

    [JsonPropertyName("variant")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Variant { get; init; }

    [JsonPropertyName("records")]
    public int Records { get; init; }

    [JsonPropertyName("seconds")]
    public double Seconds { get; init; }

    [JsonPropertyName("opsPerSecond")]
    public double OpsPerSecond { get; init; }

    [JsonPropertyName("baselineOpsPerSecond")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BaselineOpsPerSecond { get; init; }

    [JsonPropertyName("ratio")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Ratio { get; init; }

    [JsonPropertyName("peakRssMb")]
    public double PeakRssMb { get; init; }

    [JsonPropertyName("medianMs")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MedianMs { get; init; }

    [JsonPropertyName("p99Ms")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? P99Ms { get; init; }

    [JsonPropertyName("bytes")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Bytes { get; init; }

    [JsonPropertyName("bytesPerRecord")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BytesPerRecord { get; init; }

    [JsonPropertyName("roundTrips")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RoundTrips { get; init; }
}
