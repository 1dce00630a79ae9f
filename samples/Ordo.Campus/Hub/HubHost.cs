using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging.Console;
using Ordo.Campus.Identity;

namespace Ordo.Campus.Hub;

/// <summary>The hub: a store, tokens and rights. It knows none of the types of the app.</summary>
internal static class HubHost
{
    public static WebApplication Create(string folder, int port)
    {
        HubSecrets secrets = Enrolment.ReadHub(folder);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // Standard output is the address's.
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        var tokens = new CampusTokens(secrets, TimeProvider.System);
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.MapInboundClaims = false;
            options.TokenValidationParameters = tokens.Validation;
        });
        builder.Services.AddAuthorization();
        builder.Services.AddOrdoSyncHub(hub =>
        {
            hub.UseSqlite($"Data Source={Path.Combine(folder, "hub.db")}");
            hub.UseFileSystemBlobs(Path.Combine(folder, "files"));
            hub.Authorize<CampusRights>();
        });

        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/", () => "The hub of Ordo Campus. Devices sync at /sync.");
        app.MapPost("/token", (TokenRequest request) =>
            tokens.Issue(request) is { } answer ? Results.Ok(answer) : Results.Unauthorized());
        app.MapOrdoSync("/sync").RequireAuthorization();
        return app;
    }
}
