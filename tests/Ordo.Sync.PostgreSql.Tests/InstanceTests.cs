using Ordo.Sync.Conflicts;
using Ordo.Sync.Errors;
using Ordo.Sync.Http;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.PostgreSql.Tests.Hosting;
using Ordo.Sync.PostgreSql.Tests.Server;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Tests;

/// <summary>Two hubs over one database are one replica, whichever of them a request reaches.</summary>
public sealed class InstanceTests : IAsyncLifetime
{
    private readonly string _schema = SharedServer.NewSchema();
    private HubInstance? _first;
    private HubInstance? _second;

    private HubInstance First => _first!;

    private HubInstance Second => _second!;

    public async ValueTask InitializeAsync()
    {
        _first = await HubInstance.StartAsync(_schema);
        _second = await HubInstance.StartAsync(_schema);
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
        await SharedServer.DropAsync(_schema);
    }

    [Fact]
    public async Task Two_devices_that_push_the_same_record_at_once_to_two_instances_keep_both_versions()
    {
        const int Rounds = 10;
        await using Device ann = await Device.CreateAsync();
        await using Device ben = await Device.CreateAsync();
        HttpSyncTransport atFirst = First.Transport();
        HttpSyncTransport atSecond = Second.Transport();
        await Task.WhenAll(atFirst.HelloAsync(ann.Hello()).AsTask(), atSecond.HelloAsync(ben.Hello()).AsTask());
        for (int round = 0; round < Rounds; round++)
        {
            await ann.PutAsync($"a{round}", $"ann {round}");
            await ben.PutAsync($"a{round}", $"ben {round}");
            PushRequest fromAnn = await ann.PushRequestAsync();
            PushRequest fromBen = await ben.PushRequestAsync();
            PushResponse[] answers = await Task.WhenAll(
                Task.Run(() => atFirst.PushAsync(fromAnn).AsTask()), Task.Run(() => atSecond.PushAsync(fromBen).AsTask()));
            Assert.All(answers, answer => Assert.Equal(PushStatus.Applied, answer.Status));
        }

        await using Device viaFirst = await PulledAsync(atFirst);
        await using Device viaSecond = await PulledAsync(atSecond);
        for (int round = 0; round < Rounds; round++)
        {
            StoredRecord? record = await viaFirst.Store.GetAsync(Device.Scope, new RecordKey("grades", $"a{round}"));
            Assert.Equal(2, record!.Versions.Length);
        }

        // What the hub keeps of the scope is that of its records: neither push wrote over the other's.
        Assert.Equal(PullStatus.UpToDate, (await atFirst.PullAsync(await viaFirst.PullRequestAsync())).Status);
        Assert.Equal(await viaFirst.DigestAsync(), await viaSecond.DigestAsync());
        Assert.Equal(ReplicaOf(atFirst), ReplicaOf(atSecond));
    }

    [Fact]
    public async Task Requests_repeated_and_out_of_order_at_either_instance_change_nothing_twice()
    {
        await using Device device = await Device.CreateAsync();
        for (int i = 0; i < 60; i++)
        {
            await device.PutAsync($"k{i}", new string('x', 500));
        }

        List<PushRequest> pages = await PagesAsync(device);
        HttpSyncTransport atFirst = First.Transport();
        HttpSyncTransport atSecond = Second.Transport();
        await atFirst.HelloAsync(device.Hello());
        Assert.True(pages.Count > 3, "the transfer takes several pages");
        Assert.Equal(PushStatus.Void, (await atSecond.PushAsync(pages[1])).Status);
        Assert.Equal(PushStatus.Staged, (await atFirst.PushAsync(pages[0])).Status);
        Assert.Equal(PushStatus.Staged, (await atSecond.PushAsync(pages[1])).Status);
        Assert.Equal(PushStatus.Staged, (await atSecond.PushAsync(pages[0])).Status);
        Assert.Equal(PushStatus.Void, (await atFirst.PushAsync(pages[3])).Status);
        for (int i = 2; i < pages.Count; i++)
        {
            PushStatus expected = pages[i].IsFinal ? PushStatus.Applied : PushStatus.Staged;
            Assert.Equal(expected, (await (i % 2 == 0 ? atFirst : atSecond).PushAsync(pages[i])).Status);
        }

        // The answer to the last page was lost: it comes again, and after it the first of a transfer that is over.
        PushResponse again = await atSecond.PushAsync(pages[^1]);
        Assert.Equal(PushStatus.Void, again.Status);
        await atFirst.PushAsync(pages[0]);

        await using Device other = await PulledAsync(atSecond);
        Assert.Equal(await device.DigestAsync(), await other.DigestAsync());
        Assert.Equal(again.Digest, await other.DigestAsync());
    }

    [Fact]
    public async Task A_collection_declared_at_one_instance_is_refused_with_another_strategy_at_the_other()
    {
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "text");
        HttpSyncTransport atFirst = First.Transport();
        HttpSyncTransport atSecond = Second.Transport();
        await atFirst.HelloAsync(device.Hello());
        await atFirst.PushAsync(await device.PushRequestAsync());
        await using Device other = await Device.CreateAsync();
        var different = new CollectionDescriptor("grades", ConflictStrategy.LastWriteWins);

        HelloResponse answer = await atSecond.HelloAsync(other.Hello() with { Collections = [different] });

        Assert.Equal(ConflictStrategy.AcademicRecord, Assert.Single(answer.Mismatches).Strategy);
    }

    [Fact]
    public async Task Of_two_strategies_declared_at_once_at_two_instances_one_is_refused()
    {
        await using Device academic = await Device.CreateAsync();
        await using Device lossy = await Device.CreateAsync(ConflictStrategy.LastWriteWins);
        await academic.PutAsync("a", "text", "course/one");
        await lossy.PutAsync("b", "text", "course/two");
        HttpSyncTransport atFirst = First.Transport();
        HttpSyncTransport atSecond = Second.Transport();
        await atFirst.HelloAsync(academic.Hello() with { Collections = [] });
        await atSecond.HelloAsync(lossy.Hello() with { Collections = [] });
        PushRequest one = await academic.PushRequestAsync(scope: "course/one");
        PushRequest two = await lossy.PushRequestAsync(scope: "course/two");

        SyncErrorCode?[] failures = await Task.WhenAll(CodeOf(atFirst, one), CodeOf(atSecond, two));

        // Who lost at the same moment is told to try again, and then which strategy the other has declared.
        SyncErrorCode?[] then = await Task.WhenAll(CodeOf(atFirst, one), CodeOf(atSecond, two));
        Assert.Single(then, code => code is null);
        Assert.Single(then, code => code == SyncErrorCode.StrategyMismatch);
        Assert.Contains(failures, code => code is null);
    }

    private static Task<SyncErrorCode?> CodeOf(HttpSyncTransport transport, PushRequest request) => Task.Run(async () =>
    {
        SyncException? failure = await Record.ExceptionAsync(() => transport.PushAsync(request).AsTask()) as SyncException;
        return failure?.Code;
    });

    private static Causality.ReplicaId ReplicaOf(HttpSyncTransport transport) =>
        transport.HelloAsync(new HelloRequest(1, 1, new Causality.ReplicaId(77), [])).AsTask().GetAwaiter().GetResult().Replica;

    private static async Task<Device> PulledAsync(HttpSyncTransport transport)
    {
        Device device = await Device.CreateAsync();
        PullResponse response = await transport.PullAsync(await device.PullRequestAsync());
        Assert.Equal(PullStatus.Page, response.Status);
        await device.ApplyAsync(response.Page);
        return device;
    }

    private static async Task<List<PushRequest>> PagesAsync(Device device)
    {
        var pages = new List<PushRequest>();
        GlobalVector known = GlobalVector.Empty;
        TransferCursor? cursor = null;
        do
        {
            await using IStoreSnapshot snapshot = await device.Store.ReadAsync();
            BuiltPage page = await PageBuilder.BuildChangesAsync(
                snapshot, device.Catalog, Device.Scope, known, cursor, new ReadBudget(6_000));
            pages.Add(new PushRequest(
                Device.Scope, device.Replica, UInt128.One, pages.Count, page.Next is null, page.Bytes));
            cursor = page.Next;
            known = page.NextKnown;
        }
        while (cursor is not null);

        return pages;
    }
}
