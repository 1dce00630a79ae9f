using Ordo.Sync.Http;

namespace Ordo.Sync.Cli.Commands;

/// <summary>A way to a hub, for one command.</summary>
internal sealed class HubConnection(HttpClient client, HttpSyncTransport transport) : IDisposable
{
    public HttpSyncTransport Transport => transport;

    public void Dispose() => client.Dispose();
}
