using System.Security.Claims;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Hub.Tests.Hub;

public sealed class LiveTests
{
    // A connection looks at its time when it has something to say: at every heartbeat, a quarter of a minute apart.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_listener_hears_of_changes_that_others_bring_and_not_of_its_own()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device own = await Device.CreateAsync();
        await using Device other = await Device.CreateAsync();
        var transport = hub.Transport();
        await transport.HelloAsync(own.Hello());
        await transport.HelloAsync(other.Hello());
        using var giveUp = new CancellationTokenSource(Patience);
        await using IAsyncEnumerator<string> events = transport
            .ListenAsync(new ListenRequest([own.Replica], [Device.Scope, "elsewhere"]), giveUp.Token)
            .GetAsyncEnumerator(giveUp.Token);
        Assert.True(await events.MoveNextAsync());
        Assert.Empty(events.Current);

        await own.PutAsync("a", "mine");
        await transport.PushAsync(await own.PushRequestAsync(), giveUp.Token);
        Task<bool> next = events.MoveNextAsync().AsTask();
        await other.PutAsync("b", "theirs");
        await transport.PushAsync(await other.PushRequestAsync(), giveUp.Token);

        Assert.True(await next);
        Assert.Equal(Device.Scope, events.Current);
    }

    [Fact]
    public async Task Whoever_may_not_read_a_scope_does_not_even_hear_that_it_changes()
    {
        const string Open = "course/open";
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Authorize<StrangersReadWhatIsOpen>());
        await using Device writer = await Device.CreateAsync();
        var transport = hub.Transport("writer");
        await transport.HelloAsync(writer.Hello());
        using var giveUp = new CancellationTokenSource(Patience);
        await using IAsyncEnumerator<string> events = ((ILiveTransport)hub.Transport("stranger"))
            .ListenAsync(new ListenRequest([], [Device.Scope, Open]), giveUp.Token).GetAsyncEnumerator(giveUp.Token);
        Assert.True(await events.MoveNextAsync());
        Assert.Empty(events.Current);

        foreach (string scope in (string[])[Device.Scope, Open])
        {
            await writer.PutAsync("a", "news", scope);
            await transport.PushAsync(await writer.PushRequestAsync(scope: scope), giveUp.Token);
        }

        Assert.True(await events.MoveNextAsync());
        Assert.Equal(Open, events.Current);
    }

    [Fact]
    public async Task A_connection_ends_after_its_time_so_that_rights_are_asked_again()
    {
        await using HubHost hub = await HubHost.StartAsync(
            sync => sync.Configure(options => options.LiveConnectionLifetime = TimeSpan.FromSeconds(1)));
        using var giveUp = new CancellationTokenSource(Patience);
        await using IAsyncEnumerator<string> events = ((ILiveTransport)hub.Transport())
            .ListenAsync(new ListenRequest([], [Device.Scope]), giveUp.Token).GetAsyncEnumerator(giveUp.Token);

        Assert.True(await events.MoveNextAsync());
        Assert.False(await events.MoveNextAsync());
    }

    [Fact]
    public void A_malformed_request_to_listen_is_refused()
    {
        byte[] tooManyReplicas = [0x93, 8, 0xdc, 0xff, 0xff];

        var refused = Assert.Throws<Errors.SyncException>(() => ListenCodec.ReadRequest(tooManyReplicas));

        Assert.Equal(Errors.SyncErrorCode.Malformed, refused.Code);
    }

    private sealed class StrangersReadWhatIsOpen : IScopeAuthorizer
    {
        public ValueTask<ScopeRights> AuthorizeAsync(
            ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default) => new(
                principal.FindFirstValue(ClaimTypes.NameIdentifier) == "writer" ? ScopeRights.Read | ScopeRights.Write
                : scope == Device.Scope ? ScopeRights.None
                : ScopeRights.Read);
    }
}
