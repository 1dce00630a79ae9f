using System.Text.Json;
using System.Text.Json.Nodes;
using Ordo.Sync.Http;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Cli.Commands;

/// <summary>A way to a hub, for one command.</summary>
internal sealed class HubConnection(Uri address, HttpClient client, HttpSyncTransport transport) : IDisposable
{
    public HttpSyncTransport Transport => transport;

    /// <summary>Asks the hub to compact a scope.</summary>
    /// <returns>What it did, lane by lane.</returns>
    public async Task<JsonArray> CompactAsync(string scope, CancellationToken cancellationToken)
    {
        string query = $"{HttpBinding.CompactPath}?{HttpBinding.ScopeParameter}={Uri.EscapeDataString(scope)}";
        var target = new Uri(new Uri(address.AbsoluteUri.TrimEnd('/') + "/"), query);
        try
        {
            // As long as it takes: every record of the scope is written.
            client.Timeout = Timeout.InfiniteTimeSpan;
            client.MaxResponseContentBufferSize = HubAnswer.BytesMax;
            using HttpResponseMessage response = await client.PostAsync(target, content: null, cancellationToken)
                .ConfigureAwait(false);
            string body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? HubAnswer.LanesIn(body)
                : throw new ToolException(
                    ExitCodes.Unavailable, $"The hub refused with {(int)response.StatusCode}: {HubAnswer.ReasonIn(body)}");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or InvalidOperationException)
        {
            throw new ToolException(ExitCodes.Unavailable, $"No hub answers at {address}: {exception.Message}");
        }
    }

    public void Dispose() => client.Dispose();
}
