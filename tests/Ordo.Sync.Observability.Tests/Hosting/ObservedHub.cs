using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using Ordo.Sync.Diagnostics;

namespace Ordo.Sync.Observability.Tests.Hosting;

/// <summary>A hub over SQLite on Kestrel, with a Prometheus endpoint and health checks, as an app would set it up.</summary>
internal sealed class ObservedHub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new();

    private ObservedHub(WebApplication app) => _app = app;

    public Uri Address => new($"{_app.Urls.First()}/sync");

    public IServiceProvider Services => _app.Services;

    public HttpClient Client => _client;

    public static async Task<ObservedHub> StartAsync(string file, Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddOrdoSyncHub(hub => hub.UseSqlite($"Data Source={file}"));
        builder.Services.AddHealthChecks().AddOrdoSyncHub(limits => limits.FreeBytes = null);
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(SyncTelemetry.MeterName)
            .AddPrometheusExporter(options => options.ScrapeResponseCacheDurationMilliseconds = 0));
        configure?.Invoke(builder);
        WebApplication app = builder.Build();
        app.MapOrdoSync("/sync");
        app.MapPrometheusScrapingEndpoint();
        app.MapHealthChecks("/health");
        await app.StartAsync();
        return new ObservedHub(app);
    }

    /// <summary>What Prometheus reads.</summary>
    public Task<string> ScrapeAsync() => _client.GetStringAsync(new Uri($"{_app.Urls.First()}/metrics"));

    public Task<string> HealthAsync() => _client.GetStringAsync(new Uri($"{_app.Urls.First()}/health"));

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
