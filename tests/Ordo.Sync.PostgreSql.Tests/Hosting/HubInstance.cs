using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ordo.Sync.AspNetCore;
using Ordo.Sync.Http;
using Ordo.Sync.PostgreSql.Tests.Server;

namespace Ordo.Sync.PostgreSql.Tests.Hosting;

/// <summary>One of several hubs over one database: Kestrel on a loopback port of its own.</summary>
internal sealed class HubInstance : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new();

    private HubInstance(WebApplication app)
    {
        _app = app;
        Address = new Uri($"{app.Urls.First()}/sync");
    }

    public Uri Address { get; }

    public static async Task<HubInstance> StartAsync(
        string schema,
        Action<PostgreSqlStoreOptions>? configure = null,
        string? connectionString = null,
        Action<HubOptions>? limits = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddOrdoSyncHub(hub => hub
            .Configure(options => limits?.Invoke(options))
            .UsePostgreSql(
                connectionString ?? SharedServer.Current.ConnectionString,
                options =>
                {
                    options.Schema = schema;
                    configure?.Invoke(options);
                }));
        WebApplication app = builder.Build();
        app.MapOrdoSync("/sync");
        await app.StartAsync();
        return new HubInstance(app);
    }

    public HttpSyncTransport Transport() => new(_client, new HttpTransportOptions { BaseAddress = Address });

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
