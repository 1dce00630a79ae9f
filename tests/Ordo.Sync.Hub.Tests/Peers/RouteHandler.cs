namespace Ordo.Sync.Hub.Tests.Peers;

/// <summary>Sends requests to the device that a test chose, whose port is known only once it listens.</summary>
internal sealed class RouteHandler : DelegatingHandler
{
    public Uri? Target { get; set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri target = Target ?? throw new HttpRequestException(HttpRequestError.ConnectionError, "It calls nobody.");
        request.RequestUri = new UriBuilder(request.RequestUri!) { Host = target.Host, Port = target.Port }.Uri;
        return base.SendAsync(request, cancellationToken);
    }
}
