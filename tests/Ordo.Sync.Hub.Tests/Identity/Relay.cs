using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ordo.Sync.Hub.Tests.Identity;

/// <summary>An address that stays while the hub behind it goes and comes back on another port.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new();

    public Relay()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Map("{**path}", (RequestDelegate)ForwardAsync);
        _app.Start();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Single() + "/sync");
    }

    public Uri Address { get; }

    public Uri? Target { get; set; }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method), new Uri(Target!, context.Request.Path.Value));
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        request.Content = new ByteArrayContent(body.ToArray());
        foreach (string header in (string[])["Content-Type", "Content-Encoding"])
        {
            if (context.Request.Headers.TryGetValue(header, out Microsoft.Extensions.Primitives.StringValues value))
            {
                request.Content.Headers.TryAddWithoutValidation(header, (string?)value);
            }
        }

        using HttpResponseMessage response = await _client.SendAsync(request);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await context.Response.Body.WriteAsync(await response.Content.ReadAsByteArrayAsync());
    }
}
