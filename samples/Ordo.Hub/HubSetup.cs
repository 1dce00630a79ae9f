using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.IdentityModel.Tokens;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Ordo.Sync.AspNetCore;
using Ordo.Sync.Conflicts;

namespace Ordo.Hub;

/// <summary>What the program is made of, one method a concern.</summary>
internal static class HubSetup
{
    private const string Readiness = "ready";

    /// <summary>The meter and the activity source of Ordo.Sync.</summary>
    private const string Source = "Ordo.Sync";

    public static void AddHub(this IServiceCollection services, HubSettings settings, IConfiguration limits)
    {
        services.AddSingleton(settings);
        services.Configure<HubOptions>(limits);
        services.AddOrdoSyncHub(hub =>
        {
            AddStore(hub, settings.Store);
            AddBlobs(hub, settings);

            foreach ((string name, ConflictStrategy strategy) in settings.Collections)
            {
                hub.Collection(name, strategy);
            }

            hub.Authorize<ClaimAuthorizer>();
            if (settings.Upstream.Address is { } upstream)
            {
                AddUpstream(hub, upstream, settings.Upstream);
            }
        });
        services.AddHealthChecks().AddOrdoSyncHub(tags: [Readiness]);
    }

    public static void AddCallers(this IServiceCollection services, CallerSettings settings)
    {
        services.AddAuthorization();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            // Claims keep the names they have in the token.
            options.MapInboundClaims = false;
            options.Audience = settings.Audience;
            if (settings.Authority.Length > 0)
            {
                options.Authority = settings.Authority;
            }
            else if (settings.SigningKey.Length > 0)
            {
                options.TokenValidationParameters = new TokenValidationParameters
                {
                    ValidateIssuer = false,
                    ValidAudience = settings.Audience,
                    IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(settings.SigningKey)),
                };
            }
        });
    }

    public static void AddTelemetry(this IServiceCollection services) => services.AddOpenTelemetry()
        .WithMetrics(metrics => metrics
            .AddMeter(Source)
            .AddAspNetCoreInstrumentation()
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter())
        .WithTracing(traces => traces.AddSource(Source).AddAspNetCoreInstrumentation());

    public static void MapHub(this WebApplication app, HubSettings settings)
    {
        IEndpointConventionBuilder sync = app.MapOrdoSync("/sync");
        if (!settings.Callers.AllowAnonymous)
        {
            sync.RequireAuthorization();
        }

        // Alive: the process answers. Ready: it can serve, so a load balancer may send it devices.
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Readiness) });
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    private static void AddStore(OrdoSyncHubBuilder hub, StoreSettings store)
    {
        if (store.Kind == StoreKind.PostgreSql)
        {
            hub.UsePostgreSql(store.ConnectionString, options => options.Schema = store.Schema);
        }
        else
        {
            hub.UseSqlite(store.ConnectionString);
        }
    }

    private static void AddBlobs(OrdoSyncHubBuilder hub, HubSettings settings)
    {
        BucketSettings bucket = settings.Bucket;
        if (bucket.Name.Length > 0)
        {
            hub.UseS3Blobs(bucket.Name, options =>
            {
                options.Prefix = bucket.Prefix;
                options.ServiceAddress = bucket.ServiceAddress;
                options.Region = bucket.Region;
                options.AccessKey = bucket.AccessKey.Length > 0 ? bucket.AccessKey : null;
                options.SecretKey = bucket.SecretKey.Length > 0 ? bucket.SecretKey : null;
            });
        }
        else if (settings.Blobs.Length > 0)
        {
            hub.UseFileSystemBlobs(settings.Blobs);
        }
    }

    private static void AddUpstream(OrdoSyncHubBuilder hub, Uri address, UpstreamSettings settings)
    {
        IHttpClientBuilder client = hub.SyncWith(address);
        if (settings.Token.Length > 0)
        {
            client.AddAccessTokens<UpstreamToken>();
        }

        hub.ConfigureUpstream(options =>
        {
            options.Scopes = [.. settings.Scopes];
            options.Interval = settings.Interval;
        });
    }
}
