using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Http;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Strategies.Tests.Worlds;

/// <summary>A hub on Kestrel, on a loopback port of its own. Believes the name in a header; that name may end in "!" to approve.</summary>
internal sealed class HttpHub : IAsyncDisposable
{
    private const string UserHeader = "X-Test-User";

    private readonly WebApplication _app;
    private readonly List<HttpClient> _clients = [];

    private HttpHub(WebApplication app, IRecordStore store)
    {
        _app = app;
        Store = store;
    }

    public IRecordStore Store { get; }

    public static async Task<HttpHub> StartAsync(IRecordStore store, TimeProvider time)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time);
        builder.Services.AddOrdoSyncHub(sync =>
        {
            sync.UseStructuredStore(_ => store);
            sync.Authorize<Authorizer>();
        });
        WebApplication app = builder.Build();
        app.Use((context, next) =>
        {
            string user = context.Request.Headers[UserHeader].ToString();
            context.User = new ClaimsPrincipal(new ClaimsIdentity(
                [new Claim(ClaimTypes.NameIdentifier, user.TrimEnd('!')), new Claim("approves", user.EndsWith('!') ? "yes" : "no")],
                "header"));
            return next(context);
        });
        app.MapOrdoSync("/sync");
        await app.StartAsync();
        return new HttpHub(app, store);
    }

    public ISyncTransport Connect(string principal, bool mayApprove)
    {
        var client = new HttpClient();
        client.DefaultRequestHeaders.Add(UserHeader, mayApprove ? $"{principal}!" : principal);
        _clients.Add(client);
        string address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new HttpSyncTransport(client, new HttpTransportOptions { BaseAddress = new Uri($"{address}/sync") });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HttpClient client in _clients)
        {
            client.Dispose();
        }

        await _app.DisposeAsync();
    }

    private sealed class Authorizer : IScopeAuthorizer
    {
        public ValueTask<ScopeRights> AuthorizeAsync(
            ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(
                ScopeRights.Read | ScopeRights.Write
                | (principal.HasClaim("approves", "yes") ? ScopeRights.Approve : ScopeRights.None));
    }
}
