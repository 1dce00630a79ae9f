using System.Diagnostics;
using System.Reflection;

namespace Ordo.Sync.Diagnostics;

/// <summary>
/// What the telemetry of Ordo.Sync is called. Hand the names to OpenTelemetry: <c>metrics.AddMeter(SyncTelemetry.MeterName)</c>,
/// <c>traces.AddSource(SyncTelemetry.ActivitySourceName)</c>. Instruments and spans are listed in docs/guides/observability.md.
/// </summary>
public static class SyncTelemetry
{
    /// <summary>The name of the meter, on devices and hubs.</summary>
    public const string MeterName = "Ordo.Sync";

    /// <summary>The name of the activity source, on devices and hubs.</summary>
    public const string ActivitySourceName = "Ordo.Sync";

    /// <summary>The version that meter and activity source carry.</summary>
    internal static string Version { get; } = typeof(SyncTelemetry).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? string.Empty;

    /// <summary>Where activities of this package come from. Without a listener it makes none, and costs nothing.</summary>
    internal static ActivitySource Source { get; } = new(ActivitySourceName, Version);
}
