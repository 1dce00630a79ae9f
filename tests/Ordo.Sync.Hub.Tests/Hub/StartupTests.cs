using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Sync.AspNetCore;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Errors;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Replication;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Hub.Tests.Hub;

public sealed class StartupTests
{
    [Fact]
    public void A_hub_without_a_store_says_which_call_is_missing()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddOrdoSyncHub(_ => { }));

        Assert.Contains("UseSqlite", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_hub_in_an_app_is_refused()
    {
        IServiceCollection services = new ServiceCollection().AddOrdoSyncHub(Memory);

        Assert.Throws<InvalidOperationException>(() => services.AddOrdoSyncHub(Memory));
    }

    [Fact]
    public async Task Mapping_without_a_hub_says_which_call_is_missing()
    {
        await using WebApplication app = WebApplication.CreateSlimBuilder().Build();

        var error = Assert.Throws<InvalidOperationException>(() => app.MapOrdoSync("/sync"));

        Assert.Contains("AddOrdoSyncHub", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_cannot_be_opened_stops_the_host_with_its_reason()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var log = new LogLines();
        builder.Logging.ClearProviders().AddProvider(log);
        var store = new InMemoryRecordStore("hub");
        await store.DisposeAsync();
        builder.Services.AddOrdoSyncHub(hub => hub.UseStructuredStore(_ => store));
        await using WebApplication app = builder.Build();
        app.MapOrdoSync("/sync");

        await Assert.ThrowsAsync<ObjectDisposedException>(() => app.StartAsync());

        Assert.Contains(log.All, line => line.EventId == 5001 && line.Level == LogLevel.Critical);
    }

    [Fact]
    public async Task A_collection_declared_otherwise_than_the_store_knows_stops_the_host()
    {
        await using HubHost first = await HubHost.StartAsync(
            hub => hub.Collection("grades", ConflictStrategy.AcademicRecord));
        InMemoryRecordStore backup = first.Store.Clone();

        var error = await Assert.ThrowsAsync<SyncException>(() => HubHost.StartAsync(hub =>
        {
            hub.UseStructuredStore(_ => backup);
            hub.Collection("grades", ConflictStrategy.LastWriteWins);
        }));

        Assert.Equal(SyncErrorCode.StrategyMismatch, error.Code);
    }

    [Theory]
    [InlineData(nameof(HubOptions.RequestBytesMax))]
    [InlineData(nameof(HubOptions.PageBytesMax))]
    [InlineData(nameof(HubOptions.PayloadBytesMax))]
    [InlineData(nameof(HubOptions.InboxBytesMax))]
    [InlineData(nameof(HubOptions.ClockSkewMax))]
    [InlineData(nameof(HubOptions.PrincipalName))]
    [InlineData(nameof(HubOptions.CompressResponsesFromBytes))]
    public async Task An_option_out_of_its_range_stops_the_host_and_is_named(string option)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => HubHost.StartAsync(hub => hub.Configure(options => Spoil(options, option))));

        Assert.Contains(option, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9lives")]
    [InlineData("ordo_own")]
    [InlineData("")]
    public void A_collection_that_cannot_be_called_so_is_refused(string name) => Assert.Throws<ArgumentException>(
        () => new ServiceCollection().AddOrdoSyncHub(hub => hub.Collection(name, ConflictStrategy.LastWriteWins)));

    [Fact]
    public async Task An_unforeseen_failure_is_a_500_without_details_and_is_logged()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Authorize<Failing>());
        await using Device device = await Device.CreateAsync();

        var error = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.Transport().PullAsync(await device.PullRequestAsync()));

        Assert.Equal(SyncErrorCode.PeerFailed, error.Code);
        Assert.True(error.IsTransient);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(hub.Log.All, line =>
            line.EventId == 5004 && line.Text.Contains("a secret of the database", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failure_of_the_hubs_store_is_the_peers_failure_to_the_device()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Authorize<Corrupt>());
        await using Device device = await Device.CreateAsync();

        var error = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.Transport().PullAsync(await device.PullRequestAsync()));

        Assert.Equal(SyncErrorCode.PeerFailed, error.Code);
        Assert.DoesNotContain("hub.db", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_payload_is_ever_logged()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "failing-grade");
        var transport = hub.Transport();
        await transport.HelloAsync(device.Hello());
        await transport.PushAsync(await device.PushRequestAsync());
        await transport.PullAsync((await device.PullRequestAsync()) with { StateHash = 0, Known = GlobalVector.Empty });

        Assert.Contains(hub.Log.All, line => line.EventId == 5002);
        Assert.DoesNotContain(hub.Log.All, line => line.Text.Contains("failing-grade", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_caller_that_goes_away_in_the_middle_leaves_nothing_behind()
    {
        var gate = new Gate();
        await using HubHost hub = await HubHost.StartAsync(sync =>
        {
            sync.Services.AddSingleton(gate);
            sync.Authorize<Waiting>();
        });
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "1");
        var transport = hub.Transport();
        await transport.HelloAsync(device.Hello());
        using var cancellation = new CancellationTokenSource();
        Task pushing = transport.PushAsync(await device.PushRequestAsync(), cancellation.Token).AsTask();
        await gate.Reached.Task;

        await cancellation.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pushing);
        await gate.Left.Task;

        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.Null(await hub.Store.GetAsync(Device.Scope, new("grades", "a")));
        Assert.DoesNotContain(hub.Log.All, line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task The_endpoints_stand_below_the_prefix_only()
    {
        await using HubHost hub = await HubHost.StartAsync();

        using HttpResponseMessage below = await hub.Client().GetAsync(hub.Endpoint("v1/status"));
        using HttpResponseMessage above = await hub.Client().GetAsync(new Uri(hub.Address, "/v1/status"));
        using HttpResponseMessage wrongVerb = await hub.Client().GetAsync(hub.Endpoint("v1/hello"));

        Assert.Equal(HttpStatusCode.OK, below.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, above.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, wrongVerb.StatusCode);
    }

    private static void Memory(OrdoSyncHubBuilder hub) => hub.UseStructuredStore(_ => new InMemoryRecordStore());

    private static void Spoil(HubOptions options, string option)
    {
        switch (option)
        {
            case nameof(HubOptions.RequestBytesMax): options.RequestBytesMax = options.PageBytesMax; break;
            case nameof(HubOptions.PageBytesMax): options.PageBytesMax = 0; break;
            case nameof(HubOptions.PayloadBytesMax): options.PayloadBytesMax = -1; break;
            case nameof(HubOptions.InboxBytesMax): options.InboxBytesMax = 1; break;
            case nameof(HubOptions.ClockSkewMax): options.ClockSkewMax = TimeSpan.FromDays(400); break;
            case nameof(HubOptions.PrincipalName): options.PrincipalName = null!; break;
            default: options.CompressResponsesFromBytes = -1; break;
        }
    }

    private sealed class Failing : IScopeAuthorizer
    {
        public ValueTask<ScopeRights> AuthorizeAsync(
            ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("a secret of the database");
    }

    private sealed class Corrupt : IScopeAuthorizer
    {
        public ValueTask<ScopeRights> AuthorizeAsync(
            ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default) =>
            throw new SyncException(SyncErrorCode.StoreCorrupt, "/var/lib/hub.db is damaged.");
    }

    private sealed class Gate
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Waiting(Gate gate) : IScopeAuthorizer
    {
        public async ValueTask<ScopeRights> AuthorizeAsync(
            ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default)
        {
            gate.Reached.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return ScopeRights.Read | ScopeRights.Write;
            }
            finally
            {
                gate.Left.TrySetResult();
            }
        }
    }
}
