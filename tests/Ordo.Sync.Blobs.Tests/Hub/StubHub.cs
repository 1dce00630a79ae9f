using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Ordo.Sync.Http;

namespace Ordo.Sync.Blobs.Tests.Hub;

/// <summary>A server that answers every request as a test says, whatever a hub should say.</summary>
internal sealed class StubHub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new();

    private StubHub(WebApplication app) => _app = app;

    public HttpBlobTransport Transport =>
        new(_client, new HttpTransportOptions { BaseAddress = new Uri(_app.Urls.First() + "/sync") });

    public static async Task<StubHub> StartAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new StubHub(app);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
