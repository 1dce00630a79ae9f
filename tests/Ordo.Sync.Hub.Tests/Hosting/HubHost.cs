using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ordo.Sync.AspNetCore;
using Ordo.Sync.AspNetCore.Administration;
using Ordo.Sync.Http;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Hub.Tests.Hosting;

/// <summary>A hub on Kestrel, on a loopback port of its own, over a store in memory.</summary>
internal sealed class HubHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<HttpClient> _clients = [];

    private HubHost(WebApplication app, InMemoryRecordStore store, LogLines log)
    {
        _app = app;
        Store = store;
        Log = log;
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Address = new Uri(address + "/sync");
    }

    public Uri Address { get; }

    public InMemoryRecordStore Store { get; }

    public LogLines Log { get; }

    public IHubAdministration Administration => _app.Services.GetRequiredService<IHubAdministration>();

    public static async Task<HubHost> StartAsync(
        Action<OrdoSyncHubBuilder>? hub = null,
        Action<WebApplicationBuilder>? services = null,
        bool requiresAuthorization = false,
        int port = 0)
    {
        var log = new LogLines();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        var store = new InMemoryRecordStore("hub");
        builder.Services.AddOrdoSyncHub(sync =>
        {
            sync.UseStructuredStore(_ => store);
            hub?.Invoke(sync);
        });
        builder.Services.AddAuthorization();
        if (services is null)
        {
            builder.Services.AddAuthentication(HeaderAuthentication.Scheme).AddHeader();
        }
        else
        {
            services(builder);
        }

        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        IEndpointConventionBuilder endpoints = app.MapOrdoSync("/sync");
        if (requiresAuthorization)
        {
            endpoints.RequireAuthorization();
        }

        await app.StartAsync();
        return new HubHost(app, store, log);
    }

    /// <summary>A client that the hub knows as a user; anonymous without one.</summary>
    public HttpClient Client(string? user = null)
    {
        var client = new HttpClient();
        if (user is not null)
        {
            client.DefaultRequestHeaders.Add(HeaderAuthentication.UserHeader, user);
        }

        _clients.Add(client);
        return client;
    }

    public HttpSyncTransport Transport(string? user = null, Action<HttpTransportOptions>? configure = null)
    {
        var options = new HttpTransportOptions { BaseAddress = Address };
        configure?.Invoke(options);
        return new HttpSyncTransport(Client(user), options);
    }

    public Uri Endpoint(string path) => new($"{Address.AbsoluteUri}/{path}");

    public async ValueTask DisposeAsync()
    {
        foreach (HttpClient client in _clients)
        {
            client.Dispose();
        }

        await _app.DisposeAsync();
        foreach ((LogLevel level, int _, string text) in Log.All)
        {
            if (level >= LogLevel.Error)
            {
                TestContext.Current.TestOutputHelper?.WriteLine(text);
            }
        }
    }
}
