using System.Net;
using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.AspNetCore;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Hub.Tests.Hub;

/// <summary>Bytes over a time: what is beyond is refused, told when to come again, and nothing of it is lost.</summary>
public sealed class QuotaTests
{
    private const int Megabyte = 1024 * 1024;
    private const string Other = "course/BBB-2014B";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task A_device_at_its_quota_says_so_keeps_its_writes_reads_on_and_pushes_when_the_time_has_come()
    {
        await using HubHost hub = await StartAsync(quotas => quotas.PrincipalBytesPerScopeMax = Megabyte);
        await using EngineDevice busy = NewDevice(hub, "ann");
        await using EngineDevice other = NewDevice(hub, "ben");
        await FillAsync(busy, "first");
        await busy.SyncAsync();
        await FillAsync(busy, "second");
        await other.PutAsync("from another");
        await other.SyncAsync();

        SyncReport refused = await busy.Engine.SyncAsync();
        SyncReport held = await busy.Engine.SyncAsync();

        foreach (SyncReport report in (SyncReport[])[refused, held])
        {
            Assert.Equal(SyncErrorCode.QuotaExceeded, report.Error?.Code);
            Assert.True(report.Error!.IsTransient);
            Assert.InRange(report.Error.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(2));
            Assert.Equal(0, report.PushedCount);
        }

        Assert.NotNull(await busy.Notes.GetAsync("from another"));
        Assert.InRange(held.Bytes.Sent, 1, 10_000);
        Assert.Equal(15, (await busy.Engine.GetJournalStatusAsync()).PendingCount);
        _time.Advance(held.Error!.RetryAfter!.Value + TimeSpan.FromSeconds(1));
        SyncReport later = await busy.SyncAsync();
        Assert.Equal(15, later.PushedCount);
        Assert.Equal(0, (await busy.Engine.GetJournalStatusAsync()).PendingCount);
        await other.SyncAsync();
        Assert.Equal(31, (await other.StatusAsync()).RecordCount);
    }

    [Fact]
    public async Task A_quota_of_one_scope_disturbs_neither_other_scopes_nor_other_principals()
    {
        await using HubHost hub = await StartAsync(quotas => quotas.PrincipalBytesPerScopeMax = Megabyte);
        await using EngineDevice busy = NewDevice(hub, "ann");
        await using EngineDevice other = NewDevice(hub, "ben");
        await busy.Engine.SubscribeAsync(Other);
        await FillAsync(busy, "first");
        await busy.SyncAsync();
        await FillAsync(busy, "second");
        await busy.NotesOf(Other).PutAsync("elsewhere", new Note { Text = "elsewhere" });
        await FillAsync(other, "other");

        SyncReport report = await busy.Engine.SyncAsync();
        SyncReport unbounded = await other.SyncAsync();

        Assert.Equal(SyncStatus.Partial, report.Status);
        Assert.Null(report.Scopes.Single(scope => scope.Scope == Other).Error);
        Assert.Equal(1, report.PushedCount);
        Assert.Equal(15, unbounded.PushedCount);
    }

    [Fact]
    public async Task A_quota_of_a_scope_counts_all_callers_together()
    {
        await using HubHost hub = await StartAsync(quotas => quotas.ScopeBytesMax = Megabyte);
        await using EngineDevice ann = NewDevice(hub, "ann");
        await using EngineDevice ben = NewDevice(hub, "ben");
        await FillAsync(ann, "ann");
        await ann.SyncAsync();
        await ben.PutAsync("small");

        SyncReport report = await ben.Engine.SyncAsync();

        Assert.Equal(SyncErrorCode.QuotaExceeded, report.Error?.Code);
    }

    [Fact]
    public async Task A_quota_of_a_principal_counts_all_its_scopes_together_and_relays_are_free_of_it()
    {
        await using HubHost hub = await StartAsync(
            quotas => quotas.PrincipalBytesMax = Megabyte, hub => hub.Authorize<RelayingAuthorizer>());
        foreach ((string user, bool isRefused) in ((string, bool)[])[("ann", true), (RelayingAuthorizer.Relay, false)])
        {
            await using EngineDevice device = NewDevice(hub, user);
            await device.Engine.SubscribeAsync(Other);
            await FillAsync(device, user);
            await device.SyncAsync();
            await device.NotesOf(Other).PutAsync(user, new Note { Text = user });

            SyncReport report = await device.Engine.SyncAsync();

            Assert.Equal(isRefused ? SyncErrorCode.QuotaExceeded : null, report.Error?.Code);
        }
    }

    [Fact]
    public async Task What_is_beyond_is_refused_with_429_a_code_and_the_time_to_come_again()
    {
        await using HubHost hub = await StartAsync(quotas => quotas.PrincipalBytesMax = Megabyte);
        await using Device device = await Device.CreateAsync(time: _time);
        var transport = hub.Transport("ann");
        await transport.HelloAsync(device.Hello());
        await device.PutAsync("a", new string('x', Megabyte - 100));
        await device.PutAsync("b", new string('y', Megabyte - 100));
        PushRequest push = await device.PushRequestAsync();
        await transport.PushAsync(push);

        SyncException refused = await Assert.ThrowsAsync<SyncException>(async () => await transport.PushAsync(push));

        Assert.Equal(SyncErrorCode.QuotaExceeded, refused.Code);
        Assert.NotNull(refused.RetryAfter);
        Assert.Contains($" {(int)HttpStatusCode.TooManyRequests}:", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Megabyte - 1, 3600)]
    [InlineData(Megabyte, 59)]
    public async Task A_quota_too_small_to_be_meant_stops_the_start(long bytes, int windowSeconds)
    {
        Microsoft.Extensions.Options.OptionsValidationException exception =
            await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => StartAsync(quotas =>
            {
                quotas.ScopeBytesMax = bytes;
                quotas.Window = TimeSpan.FromSeconds(windowSeconds);
            }));

        Assert.Contains("Quotas.", exception.Message, StringComparison.Ordinal);
    }

    private Task<HubHost> StartAsync(Action<HubQuotas> quotas, Action<OrdoSyncHubBuilder>? setUp = null) =>
        HubHost.StartAsync(hub =>
        {
            hub.Services.AddSingleton<TimeProvider>(_time);
            hub.Configure(options => quotas(options.Quotas));
            setUp?.Invoke(hub);
        });

    private EngineDevice NewDevice(HubHost hub, string user) => new(
        hub.Address,
        sync => sync.Services.AddSingleton<TimeProvider>(_time),
        client => client.ConfigureHttpClient(
            http => http.DefaultRequestHeaders.Add(HeaderAuthentication.UserHeader, user)));

    // About 1.5 MB: more than the quota, less than a page.
    private static async Task FillAsync(EngineDevice device, string prefix) => await device.Engine.WriteAsync(batch =>
    {
        for (int i = 0; i < 15; i++)
        {
            batch.Put(device.Notes, $"{prefix}/{i}", new Note { Text = new string((char)('a' + i), 100_000) });
        }
    });

    private sealed class RelayingAuthorizer : IScopeAuthorizer
    {
        public const string Relay = "relay";

        public ValueTask<ScopeRights> AuthorizeAsync(
            ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(principal.FindFirst(ClaimTypes.NameIdentifier)?.Value == Relay
                ? ScopeRights.Read | ScopeRights.Write | ScopeRights.Relay
                : ScopeRights.Read | ScopeRights.Write);
    }
}
