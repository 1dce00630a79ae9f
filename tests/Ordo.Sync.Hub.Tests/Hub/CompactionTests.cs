using System.Net;
using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Hub.Tests.Hub;

/// <summary>An administrator compacts a scope of a hub that runs; devices on SQLite follow over HTTP.</summary>
public sealed class CompactionTests : IDisposable
{
    private const int GuestCount = 60;

    private readonly string _folder = Directory.CreateTempSubdirectory("ordo-compact").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Requests_are_short_again_and_what_was_written_offline_arrives_once()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Authorize<AnnAdministers>());
        await FillAsync(hub);
        await using EngineDevice device = Open("device", hub.Address);
        await device.SyncAsync();
        long before = await BytesOfOneChangeAsync(device, "before");
        await device.PutAsync("offline 1", "offline 2");

        JsonArray done = await CompactAsync(hub);
        await device.PutAsync("offline 3");
        SyncReport report = await device.SyncAsync();
        long after = await BytesOfOneChangeAsync(device, "after");

        JsonNode lane = Assert.Single(done)!;
        Assert.True((bool)lane["isStarted"]!);
        Assert.Equal((GuestCount + 1, 1), ((int)lane["entriesBefore"]!, (int)lane["entriesAfter"]!));
        Assert.Equal(1, Assert.Single(report.Scopes).Session!.GenerationCount);
        TestContext.Current.TestOutputHelper?.WriteLine($"one change: {before} bytes before, {after} after");

        // 60 guests take more than a kilobyte of ids in a page and in an answer alone.
        Assert.InRange(after, 1, before / 3);
        Assert.Equal(GuestCount + 5, (await StateAsync(hub)).LiveCount);
        await using EngineDevice other = Open("other", hub.Address);
        await other.SyncAsync();
        Assert.Equal((await device.KeysAsync()).Order(), (await other.KeysAsync()).Order());
    }

    [Fact]
    public async Task Only_who_may_administer_the_scope_compacts_it()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Authorize<AnnAdministers>());
        await FillAsync(hub, guests: 2);

        HttpResponseMessage refused = await PostAsync(hub, "ben", EngineDevice.Scope);
        HttpResponseMessage nameless = await PostAsync(hub, "ann", string.Empty);
        await using HubHost open = await HubHost.StartAsync();
        HttpResponseMessage byDefault = await PostAsync(open, "ann", EngineDevice.Scope);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, nameless.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, byDefault.StatusCode);
        Assert.Equal(2, (await StateAsync(hub)).Knowledge.Count);
    }

    [Fact]
    public async Task A_hub_below_and_its_devices_follow_the_hub_above()
    {
        await using HubHost campus = await HubHost.StartAsync(sync => sync.Authorize<AnnAdministers>());
        await FillAsync(campus, guests: 5);
        await using HubHost classroom = await HubHost.StartAsync(sync =>
        {
            sync.SyncWith(campus.Address).ConfigureHttpClient(
                client => client.DefaultRequestHeaders.Add(HeaderAuthentication.UserHeader, AnnAdministers.Relay));
            sync.ConfigureUpstream(options => options.RetryDelay = TimeSpan.FromMilliseconds(20));
        });
        await using EngineDevice student = Open("student", classroom.Address);
        await using EngineDevice behind = Open("behind", classroom.Address);
        await student.PutAsync("student's");
        await student.SyncAsync();
        await UntilAsync(async () => (await StateAsync(campus)).LiveCount == 6 && (await StateAsync(classroom)).LiveCount == 6);
        await behind.SyncAsync();
        await behind.PutAsync("offline");
        await student.PutAsync("later");
        await student.SyncAsync();
        await UntilAsync(async () => (await StateAsync(campus)).LiveCount == 7);

        await CompactAsync(campus);
        await UntilAsync(async () => (await StateAsync(classroom)).Knowledge.Count == 1);
        await student.SyncAsync();
        await behind.SyncAsync();
        await student.SyncAsync();
        await UntilAsync(async () => (await StateAsync(campus)).LiveCount == 8);

        Assert.Equal((await StateAsync(campus)).Digest, (await StateAsync(classroom)).Digest);
        foreach (EngineDevice device in (EngineDevice[])[student, behind])
        {
            Assert.Equal((await StateAsync(campus)).Digest, (await device.Engine.Scope(EngineDevice.Scope).GetStatusAsync()).Digest);
        }

        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await classroom.Administration.CompactAsync(EngineDevice.Scope));
    }

    // The pull and the push of one change by somebody else and one of one's own.
    private static async Task<long> BytesOfOneChangeAsync(EngineDevice device, string key)
    {
        await device.PutAsync(key);
        SyncReport report = await device.SyncAsync();
        return report.Bytes.Sent + report.Bytes.Received;
    }

    private EngineDevice Open(string name, Uri hub) =>
        new(hub, sync => sync.UseSqlite($"Data Source={Path.Combine(_folder, name + ".db")}"));

    private static async Task FillAsync(HubHost hub, int guests = GuestCount)
    {
        for (int i = 0; i < guests; i++)
        {
            await using Device guest = await Device.CreateAsync();
            await guest.PutAsync($"guest {i:d3}", $"guest {i:d3}");
            Http.HttpSyncTransport transport = hub.Transport();
            await transport.HelloAsync(guest.Hello());
            await transport.PushAsync(await guest.PushRequestAsync());
        }
    }

    private static async Task<JsonArray> CompactAsync(HubHost hub)
    {
        HttpResponseMessage response = await PostAsync(hub, "ann", EngineDevice.Scope);
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!.AsArray();
    }

    private static Task<HttpResponseMessage> PostAsync(HubHost hub, string user, string scope) => hub.Client(user)
        .PostAsync(new Uri($"{hub.Address}/v1/compact?scope={Uri.EscapeDataString(scope)}"), content: null);

    private static async Task<Records.ScopeState> StateAsync(HubHost hub)
    {
        await using IStoreSnapshot snapshot = await hub.Store.ReadAsync();
        return await snapshot.GetScopeAsync(EngineDevice.Scope);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!await holds())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    /// <summary>Everybody reads and writes, one relays, Ann administers.</summary>
    internal sealed class AnnAdministers : IScopeAuthorizer
    {
        public const string Relay = "classroom";

        public ValueTask<ScopeRights> AuthorizeAsync(
            ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default)
        {
            ScopeRights rights = ScopeRights.Read | ScopeRights.Write;
            string? name = principal.FindFirstValue(ClaimTypes.NameIdentifier);
            return new(name switch
            {
                "ann" => rights | ScopeRights.Administer,
                Relay => rights | ScopeRights.Relay,
                _ => rights,
            });
        }
    }
}
