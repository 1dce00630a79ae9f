using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Hub.Tests.Hub;

/// <summary>A caller who says to be, or to know, what it is not and does not.</summary>
public sealed class ForgeryTests
{
    private const string Relay = "relay";
    private const string Known = "known-by-relay-only";

    [Fact]
    public async Task An_id_known_only_through_a_relay_is_nobodys_to_claim()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Authorize<RelayAuthorizer>());
        await using Device victim = await Device.CreateAsync();
        await RelayAsync(hub, victim);

        SyncException claimed = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.Transport("mallory").HelloAsync(victim.Hello()));
        await victim.PutAsync("a", "in the victim's name");
        SyncException written = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.Transport("mallory").PushAsync(await victim.PushRequestAsync()));

        Assert.Equal(SyncErrorCode.IdentityRefused, claimed.Code);
        Assert.Equal(SyncErrorCode.IdentityRefused, written.Code);
        Assert.Null(await hub.Store.GetAsync(Device.Scope, new RecordKey("grades", "a")));
    }

    [Fact]
    public async Task A_device_that_moves_to_a_hub_which_heard_of_it_takes_a_new_id_and_loses_and_doubles_nothing()
    {
        await using HubHost campus = await HubHost.StartAsync(sync => sync.Authorize<RelayAuthorizer>());
        await using HubHost classroom = await HubHost.StartAsync(sync => sync
            .ConfigureUpstream(options => options.Scopes = [EngineDevice.Scope])
            .SyncWith(campus.Address)
            .ConfigureHttpClient(http => http.DefaultRequestHeaders.Add(HeaderAuthentication.UserHeader, Relay)));
        await using var relay = new Identity.Relay { Target = classroom.Address };
        await using var device = new EngineDevice(
            relay.Address, client: http => http.ConfigureHttpClient(
                client => client.DefaultRequestHeaders.Add(HeaderAuthentication.UserHeader, "ann")));
        await device.PutAsync("in class");
        await device.SyncAsync();
        ReplicaId before = device.Engine.Replica;
        await UntilAsync(async () => await LiveCountAsync(campus) == 1);

        relay.Target = campus.Address;
        await device.PutAsync("at home");
        await device.SyncAsync();
        await device.SyncAsync();

        Assert.NotEqual(before, device.Engine.Replica);
        Assert.Equal(["at home", "in class"], await device.KeysAsync());
        Assert.Equal(2, await LiveCountAsync(campus));
        Assert.Equal(0, (await device.Engine.GetJournalStatusAsync()).PendingCount);
        await UntilAsync(async () => await LiveCountAsync(classroom) == 2);
    }

    [Fact]
    public async Task A_hub_that_trusts_its_callers_lets_a_device_that_it_heard_of_go_on_under_its_id()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync
            .Authorize<RelayAuthorizer>()
            .Configure(options => options.AdoptsRelayedReplicas = true));
        await using Device device = await Device.CreateAsync();
        await RelayAsync(hub, device);
        await device.PutAsync("a", "goes on");

        await hub.Transport("ann").HelloAsync(device.Hello());
        PushResponse answer = await hub.Transport("ann").PushAsync(await device.PushRequestAsync());

        Assert.Equal(PushStatus.Applied, answer.Status);
        Assert.Equal(2, answer.Knowledge[device.Replica]);
    }

    [Fact]
    public async Task Ids_that_a_caller_merely_names_are_not_numbered_so_nobody_can_use_up_the_numbers()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device mallory = await Device.CreateAsync();
        var transport = hub.Transport("mallory");
        await transport.HelloAsync(mallory.Hello());
        await mallory.PutAsync("a", "one");
        await using (IStoreTransaction transaction = await mallory.Store.BeginAsync())
        {
            ScopeState state = await transaction.GetScopeAsync(Device.Scope);
            for (int i = 1; i <= 20_000; i++)
            {
                int index = await transaction.InternAsync(new ReplicaId((UInt128)i << 64));
                state = state with { Knowledge = state.Knowledge.With(new Dot(index, 1)) };
            }

            await transaction.SetScopeAsync(Device.Scope, state);
            await transaction.CommitAsync(Durability.Full);
        }

        PushResponse answer = await transport.PushAsync(await mallory.PushRequestAsync());

        Assert.Equal(PushStatus.Applied, answer.Status);
        Assert.Single(answer.Knowledge.Entries);
        Assert.InRange(hub.Store.Replicas.Count, 1, 3);
    }

    [Fact]
    public async Task A_principal_can_introduce_only_so_many_replicas()
    {
        await using HubHost hub = await HubHost.StartAsync(
            sync => sync.Configure(options => options.ReplicasPerPrincipalMax = 3));
        var transport = hub.Transport("mallory");
        for (int i = 0; i < 3; i++)
        {
            await using Device device = await Device.CreateAsync();
            await transport.HelloAsync(device.Hello());
            await transport.HelloAsync(device.Hello());
        }

        await using Device fourth = await Device.CreateAsync();
        SyncException refused = await Assert.ThrowsAsync<SyncException>(
            async () => await transport.HelloAsync(fourth.Hello()));
        await hub.Transport("somebody else").HelloAsync(fourth.Hello());

        Assert.Equal(SyncErrorCode.Forbidden, refused.Code);
    }

    [Fact]
    public async Task Knowledge_of_others_is_not_believed_so_what_they_write_later_is_not_swallowed()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device victim = await Device.CreateAsync();
        await using Device mallory = await Device.CreateAsync();
        await victim.PutAsync("a", "the victim's");
        await hub.Transport("victim").HelloAsync(victim.Hello());
        PushResponse honest = await hub.Transport("victim").PushAsync(await victim.PushRequestAsync());
        await hub.Transport("mallory").HelloAsync(mallory.Hello());
        await mallory.PutAsync("b", "mallory's");
        await ForgeAsync(mallory, victim.Replica, 1L << 40);
        UInt128 digest = honest.Digest;

        PushResponse answer = await hub.Transport("mallory")
            .PushAsync(await mallory.PushRequestAsync(honest.Knowledge));
        await victim.PutAsync("c", "written later");
        PushResponse later = await hub.Transport("victim").PushAsync(await victim.PushRequestAsync(honest.Knowledge));

        Assert.Equal(1, answer.Knowledge[victim.Replica]);
        Assert.NotEqual(digest, answer.Digest);
        Assert.Equal(2, later.Knowledge[victim.Replica]);
        await using Device late = await Device.CreateAsync();
        await hub.Transport().HelloAsync(late.Hello());
        await late.ApplyAsync((await hub.Transport().PullAsync(await late.PullRequestAsync())).Page);
        Assert.Equal("the victim's", await late.TextAsync("a"));
        Assert.Equal("mallory's", await late.TextAsync("b"));
        Assert.Equal("written later", await late.TextAsync("c"));
        Assert.Equal(later.Digest, await late.DigestAsync());
    }

    [Fact]
    public async Task Forged_cursors_are_answered_with_a_page_a_void_or_a_refusal()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Configure(options => options.PageBytesMax = 4096));
        await using Device writer = await Device.CreateAsync();
        await using Device reader = await Device.CreateAsync();
        for (int i = 0; i < 60; i++)
        {
            await writer.PutAsync($"{i:D3}", new string('x', 500));
        }

        var transport = hub.Transport();
        await transport.HelloAsync(writer.Hello());
        await transport.HelloAsync(reader.Hello());
        await transport.PushAsync(await writer.PushRequestAsync());
        PullRequest request = await reader.PullRequestAsync() with { BytesMax = 4096 };
        TransferCursor cursor = (await transport.PullAsync(request)).Next!;
        var random = new Random(26112026);
        var seen = new HashSet<PullStatus?>();
        for (int i = 0; i < 300; i++)
        {
            PullRequest forged = request with { Cursor = Forge(cursor, random, writer.Replica, hub.Store.Replica) };
            try
            {
                seen.Add((await transport.PullAsync(forged)).Status);
            }
            catch (SyncException exception) when (exception.Code == SyncErrorCode.Malformed)
            {
                seen.Add(null);
            }
        }

        Assert.Subset(new HashSet<PullStatus?> { PullStatus.Page, PullStatus.Void, PullStatus.UpToDate, null }, seen);
        Assert.Equal(PullStatus.Page, (await transport.PullAsync(request)).Status);
    }

    private static TransferCursor Forge(TransferCursor cursor, Random random, ReplicaId writer, ReplicaId hub)
    {
        ReplicaId AnyId() => random.Next(3) switch { 0 => writer, 1 => hub, _ => new ReplicaId((UInt128)(ulong)random.NextInt64()) };
        long AnyCounter() => random.Next(3) switch { 0 => 1, 1 => random.Next(1, 100), _ => Dot.CounterMax };
        GlobalVector AnyVector() => GlobalVector.Of([.. Enumerable.Range(0, random.Next(3))
            .Select(_ => new GlobalDot(AnyId(), AnyCounter())).DistinctBy(dot => dot.Replica)]);
        return random.Next(6) switch
        {
            0 => cursor with { UpTo = AnyVector() },
            1 => cursor with { After = new GlobalDot(AnyId(), AnyCounter()) },
            2 => cursor with { Sender = AnyId() },
            3 => cursor with { Forgotten = AnyVector() },
            4 => cursor with { IsComplete = !cursor.IsComplete, Stage = random.Next(0, 1000) },
            _ => cursor with { Stage = int.MaxValue, UpTo = AnyVector(), After = null },
        };
    }

    // What a modified client would do: its own store says that it knows all that another one will ever write.
    private static async Task ForgeAsync(Device device, ReplicaId replica, long counter)
    {
        await using IStoreTransaction transaction = await device.Store.BeginAsync();
        ScopeState state = await transaction.GetScopeAsync(Device.Scope);
        var dot = new Dot(await transaction.InternAsync(replica), counter);
        await transaction.SetScopeAsync(Device.Scope, state with { Knowledge = state.Knowledge.With(dot) });
        await transaction.CommitAsync(Durability.Full);
    }

    private static async Task RelayAsync(HubHost hub, Device device)
    {
        await using Device carrier = await Device.CreateAsync();
        await hub.Transport(Relay).HelloAsync(carrier.Hello());
        await device.PutAsync(Known, "by way of a relay");
        PushResponse carried = await hub.Transport(Relay)
            .PushAsync(await device.PushRequestAsync() with { Replica = carrier.Replica });
        Assert.Equal(1, carried.Knowledge[device.Replica]);
    }

    private static async Task<long> LiveCountAsync(HubHost hub)
    {
        await using IStoreSnapshot snapshot = await hub.Store.ReadAsync();
        return (await snapshot.GetScopeAsync(EngineDevice.Scope)).LiveCount;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!await condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private sealed class RelayAuthorizer : IScopeAuthorizer
    {
        public ValueTask<ScopeRights> AuthorizeAsync(
            ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default)
        {
            ScopeRights rights = ScopeRights.Read | ScopeRights.Write;
            return new(principal.FindFirst(ClaimTypes.NameIdentifier)?.Value == Relay ? rights | ScopeRights.Relay : rights);
        }
    }
}
