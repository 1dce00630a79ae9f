using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ordo.Sync.AspNetCore;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Http;

namespace Ordo.Sync.Blobs.Tests.Hub;

/// <summary>A hub on Kestrel with a folder of blobs. A user may do in a scope what <see cref="Rights"/> says.</summary>
internal sealed class BlobHub : IAsyncDisposable
{
    private const string UserHeader = "X-Test-User";

    private readonly WebApplication _app;
    private readonly List<HttpClient> _clients = [];

    private BlobHub(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First() + "/sync");

    /// <summary>What users may do, by user and scope.</summary>
    public static Dictionary<(string User, string Scope), ScopeRights> Rights { get; } = new()
    {
        [("teacher", "course/a")] = ScopeRights.Read | ScopeRights.Write,
        [("student", "course/a")] = ScopeRights.Read,
        [("mailbox", "course/a")] = ScopeRights.Write,
        [("other", "course/b")] = ScopeRights.Read | ScopeRights.Write,
    };

    public static async Task<BlobHub> StartAsync(
        string folder,
        Action<HubBlobOptions>? configure = null,
        TimeProvider? time = null,
        Action<HubOptions>? hub = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddOrdoSyncHub(set =>
        {
            set.UseMemory();
            set.UseFileSystemBlobs(folder);
            set.ConfigureBlobs(options => configure?.Invoke(options));
            set.Configure(options => hub?.Invoke(options));
            set.Authorize<TableAuthorizer>();
        });
        WebApplication app = builder.Build();
        app.Use((context, next) =>
        {
            string user = context.Request.Headers[UserHeader].ToString();
            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user)], "test"));
            return next(context);
        });
        app.MapOrdoSync("/sync");
        await app.StartAsync();
        return new BlobHub(app);
    }

    public HttpClient Client(string user)
    {
        var client = new HttpClient();
        client.DefaultRequestHeaders.Add(UserHeader, user);
        _clients.Add(client);
        return client;
    }

    public HttpBlobTransport Transport(string user) => new(Client(user), new HttpTransportOptions { BaseAddress = Address });

    public async ValueTask DisposeAsync()
    {
        foreach (HttpClient client in _clients)
        {
            client.Dispose();
        }

        await _app.DisposeAsync();
    }
}
