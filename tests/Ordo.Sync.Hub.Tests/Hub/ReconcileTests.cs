using System.Collections.Immutable;
using System.Security.Claims;
using Microsoft.Extensions.Logging;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Http;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Hub.Tests.Hub;

/// <summary>Comparing records with a hub over HTTP: what it answers, to whom, and what it refuses.</summary>
public sealed class ReconcileTests
{
    private static readonly ImmutableArray<RangePart> Nothing = [new RangePart(null, 0, UInt128.Zero)];

    [Fact]
    public async Task A_hub_answers_with_the_sum_of_what_it_holds_where_that_differs()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await PushedAsync(hub, "a", "b", "c");
        HttpSyncTransport transport = hub.Transport();
        RecordKey b = new("grades", "b");

        ReconcileResponse whole = await transport.ReconcileAsync(Request(device, null, Nothing));
        ReconcileResponse behind = await transport.ReconcileAsync(Request(device, b, Nothing));
        ReconcileResponse same = await transport.ReconcileAsync(
            Request(device, null, [new RangePart(null, 3, await device.DigestAsync())]));

        PartDifference all = Assert.Single(whole.Differences);
        Assert.Equal((0, 3, await device.DigestAsync()), (all.Index, all.Count, all.Sum));
        Assert.Equal(1, Assert.Single(behind.Differences).Count);
        Assert.Empty(same.Differences);
        Assert.Equal(hub.Store.Replica, same.Replica);
        Assert.Equal(await device.DigestAsync(), same.Digest);
    }

    [Fact]
    public async Task Records_are_handed_out_range_by_range_and_a_full_answer_says_where_to_go_on()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await PushedAsync(hub, "a", "b", "c", "d");
        HttpSyncTransport transport = hub.Transport();
        KeyRange[] ranges =
        [
            new(null, new RecordKey("grades", "b")),
            new(new RecordKey("grades", "c"), null),
        ];

        var found = new List<string>();
        int covered = 0;
        RecordKey? after = null;
        int trips = 0;
        while (covered < ranges.Length)
        {
            KeyRange[] asked = [.. ranges.Skip(covered)];
            asked[0] = after is null ? asked[0] : asked[0] with { After = after };
            RecordsResponse answer = await transport.ReadRecordsAsync(
                new RecordsRequest(Device.Scope, device.Replica, [.. asked], BytesMax: 1));
            found.AddRange(KeysOf(answer.Page));
            covered += answer.CoveredCount;
            after = answer.After;
            trips++;
        }

        Assert.Equal(["a", "b", "d"], found);
        Assert.Equal(3, trips);
    }

    [Fact]
    public async Task A_digest_that_misses_its_records_is_settled_where_nothing_differs_and_the_operator_is_told()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await PushedAsync(hub, "a", "b");
        await SpoilDigestAsync(hub.Store);
        ImmutableArray<RangePart> parts = [new RangePart(null, 2, await device.DigestAsync())];

        ReconcileResponse asked = await hub.Transport().ReconcileAsync(Request(device, null, parts));
        ReconcileResponse settled = await hub.Transport()
            .ReconcileAsync(Request(device, null, parts) with { Settles = true });
        ReconcileResponse again = await hub.Transport().ReconcileAsync(Request(device, null, parts) with { Settles = true });

        Assert.False(asked.IsSettled);
        Assert.NotEqual(await device.DigestAsync(), asked.Digest);
        Assert.True(settled.IsSettled);
        Assert.Equal(await device.DigestAsync(), again.Digest);
        Assert.False(again.IsSettled);
        Assert.Single(hub.Log.All, line => line.Level == LogLevel.Warning && line.EventId == 5007);
    }

    [Fact]
    public async Task A_digest_is_not_settled_while_records_differ()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await PushedAsync(hub, "a", "b");
        await SpoilDigestAsync(hub.Store);

        ReconcileResponse answer = await hub.Transport().ReconcileAsync(Request(device, null, Nothing) with { Settles = true });

        Assert.False(answer.IsSettled);
    }

    [Fact]
    public async Task Comparing_needs_the_right_to_read_and_settling_that_to_write()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Authorize<ByName>());
        await using Device device = await Device.CreateAsync();
        ReconcileRequest request = Request(device, null, Nothing);

        await hub.Transport("reader").ReconcileAsync(request);
        Assert.Equal(
            SyncErrorCode.Forbidden,
            (await Assert.ThrowsAsync<SyncException>(
                async () => await hub.Transport("reader").ReconcileAsync(request with { Settles = true }))).Code);
        Assert.Equal(
            SyncErrorCode.Forbidden,
            (await Assert.ThrowsAsync<SyncException>(
                async () => await hub.Transport("writer").ReconcileAsync(request))).Code);
        Assert.Equal(
            SyncErrorCode.ScopeRevoked,
            (await Assert.ThrowsAsync<SyncException>(async () => await hub.Transport("stranger").ReadRecordsAsync(
                new RecordsRequest(Device.Scope, device.Replica, [KeyRange.All], 1000)))).Code);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Ranges_out_of_order_are_refused_as_malformed(string what, byte[] bytes)
    {
        SyncErrorCode code = Assert.Throws<SyncException>(() => _ = what.StartsWith("records", StringComparison.Ordinal)
            ? (object)RecordsCodec.ReadRequest(bytes)
            : ReconcileCodec.ReadRequest(bytes)).Code;

        Assert.Equal(SyncErrorCode.Malformed, code);
    }

    public static TheoryData<string, byte[]> Malformed()
    {
        RecordKey a = new("grades", "a");
        RecordKey b = new("grades", "b");
        var data = new TheoryData<string, byte[]>();
        void Reconcile(string what, RecordKey? after, params RangePart[] parts) => data.Add(
            what,
            Protocol.Vector.Encode(new ReconcileRequest("s", ReplicaId.Parse(new string('a', 32)), after, [.. parts]), ReconcileCodec.Write));
        void Records(string what, params KeyRange[] ranges) => data.Add(
            "records " + what,
            Protocol.Vector.Encode(
                new RecordsRequest("s", ReplicaId.Parse(new string('a', 32)), [.. ranges], 1), RecordsCodec.Write));
        Reconcile("no part", null);
        Reconcile("a part ends before it begins", b, new RangePart(a, 0, UInt128.Zero));
        Reconcile("an open part in the middle", null, new RangePart(null, 0, UInt128.Zero), new RangePart(a, 0, UInt128.Zero));
        Reconcile("a negative count", null, new RangePart(null, -1, UInt128.Zero));
        Records("overlap", new KeyRange(null, b), new KeyRange(a, null));
        Records("backwards", new KeyRange(b, a));
        return data;
    }

    private static ReconcileRequest Request(Device device, RecordKey? after, ImmutableArray<RangePart> parts) =>
        new(Device.Scope, device.Replica, after, parts);

    private static IEnumerable<string> KeysOf(ReadOnlyMemory<byte> page)
    {
        PageReader reader = PageReader.Open(page);
        int[] indexes = [.. Enumerable.Range(0, reader.Replicas.Length)];
        while (reader.TryRead(indexes, VersionVector.Empty, out RemoteRecord? record))
        {
            yield return record!.Key.Key;
        }
    }

    private static async Task<Device> PushedAsync(HubHost hub, params string[] keys)
    {
        Device device = await Device.CreateAsync();
        foreach (string key in keys)
        {
            await device.PutAsync(key, "text of " + key);
        }

        HttpSyncTransport transport = hub.Transport();
        await transport.HelloAsync(device.Hello());
        PushResponse answer = await transport.PushAsync(await device.PushRequestAsync());
        Assert.Equal(PushStatus.Applied, answer.Status);
        return device;
    }

    private static async Task SpoilDigestAsync(InMemoryRecordStore store)
    {
        await using IStoreTransaction transaction = await store.BeginAsync();
        ScopeState state = await transaction.GetScopeAsync(Device.Scope);
        await transaction.SetScopeAsync(Device.Scope, state with { Digest = state.Digest + 1, LiveCount = state.LiveCount + 1 });
        await transaction.CommitAsync(Durability.Normal);
    }

    private sealed class ByName : IScopeAuthorizer
    {
        public ValueTask<ScopeRights> AuthorizeAsync(ClaimsPrincipal principal, string scope, CancellationToken cancellationToken) =>
            new(principal.FindFirstValue(ClaimTypes.NameIdentifier) switch
            {
                "reader" => ScopeRights.Read,
                "writer" => ScopeRights.Write,
                _ => ScopeRights.None,
            });
    }
}
