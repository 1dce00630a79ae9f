using System.Diagnostics;

namespace Ordo.Sync.Http;

/// <summary>
/// Tells the hub which trace a request belongs to (W3C Trace Context, https://www.w3.org/TR/trace-context/). Where the app traces
/// its HTTP clients, the client's own span does so; else nobody exports that span, and the hub's would hang below nothing.
/// </summary>
internal static class TraceContext
{
    private static readonly ActivitySource HttpClients = new("System.Net.Http");

    public static void Inject(HttpRequestMessage request)
    {
        if (Activity.Current is { } current && !HttpClients.HasListeners())
        {
            DistributedContextPropagator.Current.Inject(
                current,
                request,
                static (carrier, name, value) => ((HttpRequestMessage)carrier!).Headers.TryAddWithoutValidation(name, value));
        }
    }
}
