using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Logging.Console;
using Ordo.Campus.Components;
using Ordo.Campus.Components.Parts;
using Ordo.Campus.Notes;
using Ordo.Campus.Seed;

namespace Ordo.Campus.Device;

/// <summary>A device: its engine, and the pages of the person who works at it.</summary>
internal static class DeviceHost
{
    private const string ContentSecurityPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'self'; frame-ancestors 'none'";

    public static WebApplication Create(DeviceSettings settings)
    {
        Directory.CreateDirectory(settings.Folder);
        WebApplicationBuilder builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls($"http://127.0.0.1:{settings.Port}").UseStaticWebAssets();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // Standard output is the address's.
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);

        // A page elsewhere that makes its name resolve to this machine does not get in.
        builder.Services.Configure<HostFilteringOptions>(options => options.AllowedHosts = ["127.0.0.1", "localhost"]);
        builder.Services.AddHostFiltering(_ => { });
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();

        // Pages live as long as the process; nothing is left in the person's home.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddSingleton(settings);
        builder.Services.AddCampusSync(settings);
        builder.Services.AddSingleton<CampusDevice>();
        builder.Services.AddSingleton<SeedStatus>();
        builder.Services.AddScoped<Toasts>();
        builder.Services.AddScoped<BrowserLink>();
        builder.Services.AddScoped<CircuitHandler>(services => services.GetRequiredService<BrowserLink>());
        builder.Services.AddHostedService<CampusSeeder>();
        builder.Services.AddHostedService<EnrolmentFollower>();
        builder.Services.AddHostedService<Reconnector>();

        WebApplication app = builder.Build();
        app.UseHostFiltering();
        app.Use(async (context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
            context.Response.Headers.XContentTypeOptions = "nosniff";
            await next(context);
        });
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapFiles();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(
            options => options.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }
}
