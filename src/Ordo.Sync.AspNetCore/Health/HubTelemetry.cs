using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Ordo.Sync.Diagnostics;

namespace Ordo.Sync.AspNetCore.Health;

/// <summary>Where the spans of a hub come from.</summary>
internal static class HubTelemetry
{
    /// <summary>The version that meter and activity source carry.</summary>
    public static string Version { get; } = typeof(HubTelemetry).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? string.Empty;

    // Below the version: static members are made in their order.
    private static ActivitySource Source { get; } = new(SyncTelemetry.ActivitySourceName, Version);

    /// <summary>
    /// Begins the span of a request: below ASP.NET Core's own where the app traces that, else directly below the device's.
    /// </summary>
    public static Activity? Start(HttpContext context, string operation)
    {
        string name = $"ordo.sync.hub.{operation}";

        // ASP.NET Core makes an activity for its log also where nobody traces it; nobody would export it as our parent.
        bool isTraced = Activity.Current is { Source.Name.Length: > 0 };
        if (isTraced || !TryReadCaller(context.Request.Headers, out ActivityContext caller))
        {
            return Source.StartActivity(name, isTraced ? ActivityKind.Internal : ActivityKind.Server);
        }

        return Source.StartActivity(name, ActivityKind.Server, caller);
    }

    private static bool TryReadCaller(IHeaderDictionary headers, out ActivityContext caller)
    {
        DistributedContextPropagator.Current.ExtractTraceIdAndState(headers, Read, out string? parent, out string? state);
        return ActivityContext.TryParse(parent, state, isRemote: true, out caller);

        static void Read(object? carrier, string name, out string? value, out IEnumerable<string>? values)
        {
            values = null;
            value = ((IHeaderDictionary)carrier!)[name];
        }
    }
}
