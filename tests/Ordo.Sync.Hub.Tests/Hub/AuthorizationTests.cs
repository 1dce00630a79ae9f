using System.Net;
using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Hub.Tests.Hub;

public sealed class AuthorizationTests
{
    [Fact]
    public async Task Endpoints_that_require_authorization_refuse_anonymous_callers()
    {
        await using HubHost hub = await HubHost.StartAsync(requiresAuthorization: true);
        await using Device device = await Device.CreateAsync();

        var refused = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.Transport().HelloAsync(device.Hello()));
        HelloResponse answer = await hub.Transport("ann").HelloAsync(device.Hello());
        using HttpResponseMessage status = await hub.Client().GetAsync(hub.Endpoint("v1/status"));

        Assert.Equal(SyncErrorCode.Unauthorized, refused.Code);
        Assert.False(refused.IsTransient);
        Assert.Equal(hub.Store.Replica, answer.Replica);
        Assert.Equal(HttpStatusCode.Unauthorized, status.StatusCode);
    }

    [Fact]
    public async Task The_status_names_the_versions_and_nothing_of_the_data()
    {
        await using HubHost hub = await HubHost.StartAsync();

        string status = await hub.Client().GetStringAsync(hub.Endpoint("v1/status"));

        Assert.Equal("""{"product":"Ordo.Sync","versionMin":1,"versionMax":1}""", status);
    }

    [Fact]
    public async Task Without_an_authorizer_everybody_let_in_reads_and_writes_but_nobody_relays()
    {
        var services = new ServiceCollection();
        services.AddOrdoSyncHub(hub => hub.UseStructuredStore(_ => throw new InvalidOperationException("not needed")));
        await using ServiceProvider provider = services.BuildServiceProvider();
        using IServiceScope scope = provider.CreateScope();

        ScopeRights rights = await scope.ServiceProvider.GetRequiredService<IScopeAuthorizer>()
            .AuthorizeAsync(new ClaimsPrincipal(), Device.Scope);

        Assert.Equal(ScopeRights.Read | ScopeRights.Write | ScopeRights.Approve, rights);
    }

    [Fact]
    public async Task A_pull_without_the_right_to_read_is_forbidden_even_where_there_is_nothing()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Authorize<ByName>());
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "1");
        var writer = hub.Transport("writer");
        await writer.HelloAsync(device.Hello());
        await writer.PushAsync(await device.PushRequestAsync());

        foreach (string scope in (string[])[Device.Scope, "course/never-heard-of"])
        {
            var refused = await Assert.ThrowsAsync<SyncException>(
                async () => await writer.PullAsync(await device.PullRequestAsync(scope)));
            Assert.Equal(SyncErrorCode.Forbidden, refused.Code);
            Assert.Contains(scope, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_push_without_the_right_to_write_is_forbidden_and_nothing_is_applied()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Authorize<ByName>());
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "1");
        var reader = hub.Transport("reader");
        await reader.HelloAsync(device.Hello());

        var refused = await Assert.ThrowsAsync<SyncException>(
            async () => await reader.PushAsync(await device.PushRequestAsync()));
        PullResponse pulled = await reader.PullAsync(await device.PullRequestAsync());

        Assert.Equal(SyncErrorCode.Forbidden, refused.Code);
        Assert.NotNull(refused.Hint);
        Assert.Equal(PullStatus.Page, pulled.Status);
        Assert.Equal(0, pulled.LiveCount);
        Assert.Null(await hub.Store.GetAsync(Device.Scope, new("grades", "a")));
    }

    [Fact]
    public async Task Rights_are_asked_for_the_scope_that_the_message_names()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Authorize<ByName>());
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "mine", scope: "user/ann");
        await device.PutAsync("a", "not mine", scope: "user/bob");
        var ann = hub.Transport("ann");
        await ann.HelloAsync(device.Hello());

        PushResponse own = await ann.PushAsync(await device.PushRequestAsync(scope: "user/ann"));
        var other = await Assert.ThrowsAsync<SyncException>(
            async () => await ann.PushAsync(await device.PushRequestAsync(scope: "user/bob")));

        Assert.Equal(PushStatus.Applied, own.Status);
        Assert.Equal(SyncErrorCode.ScopeRevoked, other.Code);
    }

    [Fact]
    public async Task A_page_for_another_scope_than_its_message_is_refused()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Authorize<ByName>());
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "forged", scope: "user/bob");
        var ann = hub.Transport("ann");
        await ann.HelloAsync(device.Hello());

        var refused = await Assert.ThrowsAsync<SyncException>(async () => await ann.PushAsync(
            await device.PushRequestAsync(scope: "user/bob") with { Scope = "user/ann" }));

        Assert.Equal(SyncErrorCode.Malformed, refused.Code);
        Assert.Null(await hub.Store.GetAsync("user/bob", new("grades", "a")));
        Assert.Null(await hub.Store.GetAsync("user/ann", new("grades", "a")));
    }

    [Fact]
    public async Task Only_who_may_relay_brings_versions_of_other_replicas()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Authorize<ByName>());
        await using Device author = await Device.CreateAsync();
        await using Device carrier = await Device.CreateAsync();
        await author.PutAsync("a", "carried");
        await carrier.ApplyAsync((await author.PushRequestAsync()).Page);
        var everything = hub.Transport("everything");
        var relay = hub.Transport("relay");
        await everything.HelloAsync(carrier.Hello());

        PushResponse refused = await everything.PushAsync(await carrier.PushRequestAsync());
        Assert.Equal(PushStatus.Applied, refused.Status);
        Assert.Equal(0, refused.Knowledge[author.Replica]);
        Assert.Null(await hub.Store.GetAsync(Device.Scope, new("grades", "a")));

        await using Device secondCarrier = await Device.CreateAsync();
        await secondCarrier.ApplyAsync((await author.PushRequestAsync()).Page);
        await relay.HelloAsync(secondCarrier.Hello());
        PushResponse taken = await relay.PushAsync(await secondCarrier.PushRequestAsync());
        Assert.Equal(1, taken.Knowledge[author.Replica]);
        Assert.NotNull(await hub.Store.GetAsync(Device.Scope, new("grades", "a")));
    }

    [Fact]
    public async Task A_replica_that_never_said_hello_is_refused()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "1");

        var refused = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.Transport("ann").PushAsync(await device.PushRequestAsync()));

        Assert.Equal(SyncErrorCode.IdentityRefused, refused.Code);
        Assert.Equal("Say hello first.", refused.Hint);
    }

    [Fact]
    public async Task A_replica_of_another_principal_is_refused_in_hello_and_push()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "1");
        await hub.Transport("ann").HelloAsync(device.Hello());
        var bob = hub.Transport("bob");

        var hello = await Assert.ThrowsAsync<SyncException>(async () => await bob.HelloAsync(device.Hello()));
        var push = await Assert.ThrowsAsync<SyncException>(
            async () => await bob.PushAsync(await device.PushRequestAsync()));

        Assert.Equal(SyncErrorCode.IdentityRefused, hello.Code);
        Assert.Equal(SyncErrorCode.IdentityRefused, push.Code);
        Assert.Null(await hub.Store.GetAsync(Device.Scope, new("grades", "a")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nobody_registers_the_hubs_own_replica(bool adoptsRelayed)
    {
        await using HubHost hub = await HubHost.StartAsync(
            sync => sync.Configure(options => options.AdoptsRelayedReplicas = adoptsRelayed));
        await using Device device = await Device.CreateAsync();

        var refused = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.Transport("mallory").HelloAsync(device.Hello() with { Replica = hub.Store.Replica }));

        Assert.Equal(SyncErrorCode.IdentityRefused, refused.Code);
    }

    [Fact]
    public async Task The_registry_names_the_principal_by_the_option()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Configure(
            options => options.PrincipalName = principal => "tenant-7/" + principal.FindFirstValue(ClaimTypes.NameIdentifier)));
        await using Device device = await Device.CreateAsync();

        await hub.Transport("ann").HelloAsync(device.Hello());

        await using IStoreSnapshot snapshot = await hub.Store.ReadAsync();
        ReadOnlyMemory<byte>? owner = await snapshot.GetLocalAsync("replicas", device.Replica.ToString());
        Assert.Equal("tenant-7/ann", System.Text.Encoding.UTF8.GetString(owner!.Value.Span));
    }

    [Theory]
    [InlineData("Bearer", ClaimTypes.NameIdentifier, "ann")]
    [InlineData("Bearer", "sub", "ann")]
    [InlineData("Bearer", ClaimTypes.Name, "ann")]
    [InlineData(null, ClaimTypes.NameIdentifier, "")]
    public void A_principal_is_named_by_its_authenticated_identity(string? authentication, string claim, string expected)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity([new Claim(claim, "ann")], authentication));

        Assert.Equal(expected, new AspNetCore.HubOptions().PrincipalName(principal));
    }

    [Fact]
    public async Task Knowledge_that_a_caller_may_not_vouch_for_is_not_learnt()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device mallory = await Device.CreateAsync();
        await using Device victim = await Device.CreateAsync();
        await victim.PutAsync("a", "precious");
        await mallory.ApplyAsync((await victim.PushRequestAsync()).Page);
        await hub.Transport("victim").HelloAsync(victim.Hello());
        await hub.Transport("mallory").HelloAsync(mallory.Hello());

        // Mallory claims to know the victim's version, and leaves it out: learnt, it would never be asked for again.
        PushRequest forged = await mallory.PushRequestAsync(GlobalVector.Of([new GlobalDot(victim.Replica, 1)]));
        await hub.Transport("mallory").PushAsync(forged);
        PushResponse own = await hub.Transport("victim").PushAsync(await victim.PushRequestAsync());

        Assert.Equal(PushStatus.Applied, own.Status);
        Assert.NotNull(await hub.Store.GetAsync(Device.Scope, new("grades", "a")));
    }

    private sealed class ByName : IScopeAuthorizer
    {
        public ValueTask<ScopeRights> AuthorizeAsync(
            ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(principal.FindFirstValue(ClaimTypes.NameIdentifier) switch
            {
                "reader" => ScopeRights.Read,
                "writer" => ScopeRights.Write,
                "relay" => ScopeRights.Read | ScopeRights.Write | ScopeRights.Relay,
                "everything" => ScopeRights.Read | ScopeRights.Write | ScopeRights.Approve,
                { } name when scope == "user/" + name => ScopeRights.Read | ScopeRights.Write,
                _ => ScopeRights.None,
            });
    }
}
