using System.Diagnostics;
using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.AspNetCore;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Errors;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Hub.Tests.Hub;

/// <summary>A hub below another: a device in a classroom, the classroom's hub, the campus, a device at the campus.</summary>
public sealed class UpstreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task What_a_device_writes_below_arrives_at_a_device_above_and_the_other_way_round()
    {
        await using HubHost campus = await CampusAsync();
        await using HubHost classroom = await BelowAsync(campus.Address);
        await using Device student = await GreetedAsync(classroom);
        await using Device registrar = await GreetedAsync(campus);

        await student.PutAsync("a", "from the classroom");
        await PushAsync(classroom, student);
        await UntilAsync(async () => await TextAsync(campus, "a") == "from the classroom");
        await registrar.PutAsync("b", "from the campus");
        await PushAsync(campus, registrar);
        await UntilAsync(async () => await TextAsync(classroom, "b") == "from the campus");

        Assert.Equal(await DigestAsync(campus), await DigestAsync(classroom));
    }

    [Fact]
    public async Task A_classroom_that_was_offline_hands_on_what_was_written_meanwhile_when_it_is_back()
    {
        int port = ReservedPorts.Take();
        await using HubHost classroom = await BelowAsync(new Uri($"http://127.0.0.1:{port}/sync"));
        await using Device student = await GreetedAsync(classroom);
        await student.PutAsync("a", "written offline");
        await PushAsync(classroom, student);
        Assert.Equal("written offline", await TextAsync(classroom, "a"));

        await using HubHost campus = await CampusAsync(port);
        await UntilAsync(async () => await TextAsync(campus, "a") == "written offline");

        Assert.Equal(await DigestAsync(campus), await DigestAsync(classroom));
    }

    [Fact]
    public async Task Versions_that_met_in_the_campus_stand_beside_each_other_in_both_hubs()
    {
        int port = ReservedPorts.Take();
        await using HubHost classroom = await BelowAsync(new Uri($"http://127.0.0.1:{port}/sync"));
        await using Device student = await GreetedAsync(classroom);
        await student.PutAsync("a", "the classroom's");
        await PushAsync(classroom, student);
        await using HubHost campus = await CampusAsync(port);
        await using Device registrar = await GreetedAsync(campus);
        await registrar.PutAsync("a", "the registrar's");
        await PushAsync(campus, registrar);

        await UntilAsync(async () => (await RecordAsync(campus, "a"))?.Versions.Length == 2
            && (await RecordAsync(classroom, "a"))?.Versions.Length == 2);

        Assert.Equal(await DigestAsync(campus), await DigestAsync(classroom));
    }

    [Fact]
    public async Task A_write_that_the_classroom_refuses_arrives_nowhere_and_its_refusal_everywhere()
    {
        await using HubHost campus = await CampusAsync();
        await using HubHost classroom = await BelowAsync(campus.Address, hub => hub.Review<RefusesEverything>());
        await using Device student = await GreetedAsync(classroom);
        await student.PutAsync("a", "not allowed");

        PushResponse response = await PushAsync(classroom, student);

        Assert.Equal(SyncErrorCode.RecordRefused, Assert.Single(response.Outcomes).Rejection?.Code);
        await UntilAsync(async () => await RecordAsync(campus, "a") is not null);
        Assert.True((await RecordAsync(campus, "a"))!.Greatest.IsTombstone);
        Assert.Equal(await DigestAsync(campus), await DigestAsync(classroom));
    }

    [Fact]
    public async Task A_scope_that_a_device_asks_for_comes_down_from_the_campus()
    {
        await using HubHost campus = await CampusAsync();
        await using Device registrar = await GreetedAsync(campus);
        await registrar.PutAsync("a", "there before");
        await PushAsync(campus, registrar);
        await using HubHost classroom = await BelowAsync(campus.Address);
        await using Device student = await GreetedAsync(classroom);
        Assert.Null(await RecordAsync(classroom, "a"));

        await classroom.Transport().PullAsync(await student.PullRequestAsync());

        await UntilAsync(async () => await TextAsync(classroom, "a") == "there before");
    }

    private static Task<HubHost> CampusAsync(int port = 0) =>
        HubHost.StartAsync(hub => hub.Authorize<ClassroomRelays>(), port: port);

    private static Task<HubHost> BelowAsync(Uri upstream, Action<OrdoSyncHubBuilder>? more = null) => HubHost.StartAsync(hub =>
    {
        hub.SyncWith(upstream).ConfigureHttpClient(
            client => client.DefaultRequestHeaders.Add(HeaderAuthentication.UserHeader, ClassroomRelays.Name));
        hub.ConfigureUpstream(options =>
        {
            options.RetryDelay = TimeSpan.FromMilliseconds(20);
            options.RetryDelayMax = TimeSpan.FromMilliseconds(200);
        });
        more?.Invoke(hub);
    });

    private static async Task<Device> GreetedAsync(HubHost hub)
    {
        Device device = await Device.CreateAsync();
        await hub.Transport().HelloAsync(device.Hello());
        return device;
    }

    private static async Task<PushResponse> PushAsync(HubHost hub, Device device)
    {
        PushResponse response = await hub.Transport().PushAsync(await device.PushRequestAsync());
        Assert.Equal(PushStatus.Applied, response.Status);
        return response;
    }

    private static async Task<StoredRecord?> RecordAsync(HubHost hub, string key) =>
        await hub.Store.GetAsync(Device.Scope, new RecordKey("grades", key));

    private static async Task<string?> TextAsync(HubHost hub, string key) =>
        await RecordAsync(hub, key) is { Greatest.IsTombstone: false } record ? Device.TextOf(record.Greatest.Payload) : null;

    private static async Task<UInt128> DigestAsync(HubHost hub)
    {
        await using IStoreSnapshot snapshot = await hub.Store.ReadAsync();
        return (await snapshot.GetScopeAsync(Device.Scope)).Digest;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        long began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, "it did not come about");
            await Task.Delay(20);
        }
    }

    /// <summary>The hub of the classroom may bring what others wrote; everybody else brings their own.</summary>
    public sealed class ClassroomRelays : IScopeAuthorizer
    {
        public const string Name = "classroom";

        public ValueTask<ScopeRights> AuthorizeAsync(
            ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default) =>
            new(ScopeRights.Read | ScopeRights.Write
                | (principal.FindFirstValue(ClaimTypes.NameIdentifier) == Name ? ScopeRights.Relay : ScopeRights.None));
    }

    public sealed class RefusesEverything : IRecordReviewer
    {
        public ValueTask<Rejection?> ReviewAsync(RecordReview review, CancellationToken cancellationToken = default) =>
            new(new Rejection(SyncErrorCode.RecordRefused, "Nothing is allowed here."));
    }
}
