using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Ordo.Sync.Benchmarks.Reporting;

/// <summary>Prints measurements: a table for people, or one JSON object a line.</summary>
internal sealed class Reporter(bool isJson)
{
    private readonly Table _table = new Table().RoundedBorder()
        .AddColumns("Scenario", "Variant", "Records", "Ops/s", "Baseline/s", "Ratio", "Median ms", "p99 ms", "Bytes", "Bytes/record", "Peak MiB");

    public void Add(Measurement measurement)
    {
        if (isJson)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(measurement));
            return;
        }

        _table.AddRow(
            measurement.Scenario,
            measurement.Variant ?? string.Empty,
            Text(measurement.Records, "N0"),
            Text(measurement.OpsPerSecond, "N0"),
            Text(measurement.BaselineOpsPerSecond, "N0"),
            Text(measurement.Ratio, "F2"),
            Text(measurement.MedianMs, "F2"),
            Text(measurement.P99Ms, "F2"),
            Text(measurement.Bytes, "N0"),
            Text(measurement.BytesPerRecord, "F2"),
            Text(measurement.PeakRssMb, "F0"));
    }

    public void Finish()
    {
        if (!isJson)
        {
            AnsiConsole.Write(_table);
        }
    }

    private static string Text(IFormattable? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? string.Empty;
}
