using Ordo.Hub;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
HubSettings settings = builder.Configuration.GetSection("Hub").Get<HubSettings>() ?? new HubSettings();
settings.Validate();
builder.Services.AddHub(settings, builder.Configuration.GetSection("Hub:Limits"));
builder.Services.AddCallers(settings.Callers);
builder.Services.AddTelemetry();

WebApplication app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapHub(settings);
await app.StartAsync();

// The addresses that devices are given, for whoever started this with port 0.
foreach (string address in app.Urls)
{
    Console.WriteLine($"listening {address}/sync");
}

await app.WaitForShutdownAsync();
