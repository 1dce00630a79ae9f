using Company.OrdoHub;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOrdoSyncHub(hub =>
{
    hub.UseSqlite($"Data Source={builder.Configuration["Store"] ?? "hub.db"}");
    hub.Authorize<ScopeAuthorizer>();
});

var app = builder.Build();

// Add authentication and .RequireAuthorization() before anybody else can reach this.
app.MapOrdoSync("/sync");
app.Run();
