using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Hub.Tests.Hosting;

namespace Ordo.Sync.Hub.Tests.Peers;

/// <summary>A device that answers others over HTTP, on a loopback port of its own, and calls one of them itself.</summary>
internal sealed class PeerDevice : IAsyncDisposable
{
    public const string Scope = "course/AAA-2013J";

    private readonly WebApplication _app;
    private readonly RouteHandler _route;

    private PeerDevice(WebApplication app, RouteHandler route)
    {
        _app = app;
        _route = route;
        Engine = app.Services.GetRequiredService<ISyncEngine>();
        Address = new Uri(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/peer");
    }

    public Uri Address { get; }

    public ISyncEngine Engine { get; }

    public ISyncCollection<Note> Notes => Engine.Scope(Scope).Collection<Note>("notes");

    public ISyncCollection<Note> Grades => Engine.Scope(Scope).Collection<Note>("grades");

    public static async Task<PeerDevice> StartAsync<TAuthorizer>(string name, Action<OrdoSyncBuilder>? configure = null)
        where TAuthorizer : class, IScopeAuthorizer
    {
        var route = new RouteHandler();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(HeaderAuthentication.Scheme).AddHeader();
        builder.Services.AddOrdoSync(sync =>
        {
            sync.UseMemory();
            sync.UseHttp(new Uri("http://peer.invalid/peer"))
                .AddHttpMessageHandler(() => route)
                .ConfigureHttpClient(client => client.DefaultRequestHeaders.Add(HeaderAuthentication.UserHeader, name));
            sync.Collection<Note>("notes", notes => notes.Strategy(ConflictStrategy.LastWriteWins).SyncImmediately(false));
            sync.Collection<Note>("grades", grades => grades.Strategy(ConflictStrategy.AcademicRecord));
            sync.Subscribe(Scope);
            sync.Configure(options => options.Author = name);
            sync.SyncManually();
            configure?.Invoke(sync);
        });

        // In a ring a device's writes can arrive before itself; where neighbours are trusted with them, with its id as well.
        builder.Services.AddOrdoSyncHub(hub => hub.UseDevice().Authorize<TAuthorizer>()
            .Configure(options => options.AdoptsRelayedReplicas = typeof(TAuthorizer) == typeof(TrustsRelays)));
        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapOrdoSync("/peer").RequireAuthorization();
        await app.StartAsync();
        return new PeerDevice(app, route);
    }

    /// <summary>Leads it to another device.</summary>
    public void Calls(PeerDevice other) => _route.Target = other.Address;

    public ValueTask<SyncReport> TrySyncAsync() => Engine.SyncAsync();

    public async Task<SyncReport> SyncAsync() => (await Engine.SyncAsync()).ThrowIfFailed();

    public async Task<UInt128> DigestAsync() => (await Engine.Scope(Scope).GetStatusAsync()).Digest;

    public async Task<string?> TextAsync(string key) => (await Notes.GetAsync(key))?.Value.Text;

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
