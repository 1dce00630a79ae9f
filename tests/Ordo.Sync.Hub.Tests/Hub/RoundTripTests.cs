using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Hub.Tests.Hub;

public sealed class RoundTripTests
{
    [Fact]
    public async Task A_hello_is_answered_with_the_hubs_identity_limits_and_clock()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Configure(options =>
        {
            options.PageBytesMax = 1_000_000;
            options.PayloadBytesMax = 300_000;
        }));
        await using Device device = await Device.CreateAsync();

        HelloResponse answer = await hub.Transport().HelloAsync(device.Hello());

        Assert.Equal(1, answer.Version);
        Assert.Equal(hub.Store.Replica, answer.Replica);
        Assert.Equal(1_000_000, answer.PageBytesMax);
        Assert.Equal(300_000, answer.PayloadBytesMax);
        Assert.Empty(answer.Mismatches);
        Assert.InRange(
            answer.UnixMilliseconds, DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds(), long.MaxValue);
    }

    [Fact]
    public async Task What_one_device_pushes_another_pulls_and_both_digests_are_equal()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device ann = await Device.CreateAsync();
        await using Device bob = await Device.CreateAsync();
        await ann.PutAsync("a", "from ann");
        await bob.PutAsync("b", "from bob");
        foreach (Device device in (Device[])[ann, bob])
        {
            var transport = hub.Transport();
            await transport.HelloAsync(device.Hello());
            PushResponse pushed = await transport.PushAsync(await device.PushRequestAsync());
            Assert.Equal(PushStatus.Applied, pushed.Status);
            Assert.Equal(1, pushed.Knowledge[device.Replica]);
        }

        foreach (Device device in (Device[])[ann, bob])
        {
            PullResponse pulled = await hub.Transport().PullAsync(await device.PullRequestAsync());
            Assert.Equal(PullStatus.Page, pulled.Status);
            Assert.Null(pulled.Next);
            Assert.Equal(ApplyStatus.Applied, (await device.ApplyAsync(pulled.Page)).Status);
        }

        Assert.Equal("from bob", await ann.TextAsync("b"));
        Assert.Equal("from ann", await bob.TextAsync("a"));
        Assert.Equal(await ann.DigestAsync(), await bob.DigestAsync());
    }

    [Fact]
    public async Task A_replica_that_knows_everything_is_up_to_date_in_one_round_trip_of_few_bytes()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "once");
        var transport = hub.Transport();
        await transport.HelloAsync(device.Hello());
        await transport.PushAsync(await device.PushRequestAsync());
        var before = transport.Bytes;

        PullResponse answer = await transport.PullAsync(await device.PullRequestAsync() with { Known = null });

        Assert.Equal(PullStatus.UpToDate, answer.Status);
        Assert.InRange(transport.Bytes.Since(before).Sent, 1, 200);
        Assert.InRange(transport.Bytes.Since(before).Received, 1, 200);
    }

    [Fact]
    public async Task A_push_that_is_sent_twice_changes_nothing_the_second_time()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "once");
        var transport = hub.Transport();
        await transport.HelloAsync(device.Hello());
        PushRequest request = await device.PushRequestAsync();

        PushResponse first = await transport.PushAsync(request);
        PushResponse second = await transport.PushAsync(request);

        Assert.Equal(PushStatus.Applied, second.Status);
        Assert.Equal(first.Knowledge, second.Knowledge);
        Assert.Equal(first.Digest, second.Digest);
        Assert.Empty(second.Outcomes);
    }

    [Fact]
    public async Task Pages_are_staged_and_applied_as_one_batch_with_the_last()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await Device.CreateAsync();
        var transport = hub.Transport();
        await transport.HelloAsync(device.Hello());
        await device.PutAsync("a", "1");
        PushRequest first = await device.PushRequestAsync() with { Transfer = 7, IsFinal = false };
        await device.PutAsync("b", "2");
        PushRequest last = await device.PushRequestAsync() with { Transfer = 7, Number = 1 };

        PushResponse staged = await transport.PushAsync(first);
        PushResponse applied = await transport.PushAsync(last);

        Assert.Equal(PushStatus.Staged, staged.Status);
        Assert.True(staged.Knowledge.IsEmpty);
        Assert.Equal(PushStatus.Applied, applied.Status);
        Assert.Equal(2, applied.Knowledge[device.Replica]);
    }

    [Fact]
    public async Task A_transfer_whose_earlier_pages_are_missing_is_void()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "1");
        var transport = hub.Transport();
        await transport.HelloAsync(device.Hello());

        PushResponse answer = await transport.PushAsync(
            await device.PushRequestAsync() with { Transfer = 7, Number = 3 });

        Assert.Equal(PushStatus.Void, answer.Status);
        Assert.True(answer.Knowledge.IsEmpty);
    }

    [Fact]
    public async Task Large_messages_are_compressed_both_ways()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device ann = await Device.CreateAsync();
        await using Device bob = await Device.CreateAsync();
        await ann.PutAsync("a", new string('x', 500_000));
        var sender = hub.Transport();
        await sender.HelloAsync(ann.Hello());
        var receiver = hub.Transport();

        await sender.PushAsync(await ann.PushRequestAsync());
        PullResponse pulled = await receiver.PullAsync(await bob.PullRequestAsync());
        await bob.ApplyAsync(pulled.Page);

        Assert.Equal(new string('x', 500_000), await bob.TextAsync("a"));
        Assert.InRange(sender.Bytes.Sent, 1, 50_000);
        Assert.InRange(receiver.Bytes.Received, 1, 50_000);
    }

    [Fact]
    public async Task Messages_below_the_threshold_travel_as_they_are()
    {
        await using HubHost hub = await HubHost.StartAsync(
            sync => sync.Configure(options => options.CompressResponsesFromBytes = int.MaxValue));
        await using Device ann = await Device.CreateAsync();
        await ann.PutAsync("a", new string('x', 100_000));
        var transport = hub.Transport(configure: options => options.CompressRequestsFromBytes = int.MaxValue);
        await transport.HelloAsync(ann.Hello());

        await transport.PushAsync(await ann.PushRequestAsync());
        PullResponse pulled = await transport.PullAsync(
            (await ann.PullRequestAsync()) with { StateHash = 0, Known = Replication.GlobalVector.Empty });

        Assert.Equal(PullStatus.Page, pulled.Status);
        Assert.InRange(transport.Bytes.Sent, 100_000, 102_000);
        Assert.InRange(transport.Bytes.Received, 100_000, 102_000);
    }

    [Fact]
    public async Task A_collection_declared_at_the_hub_is_reported_to_a_device_that_declares_it_otherwise()
    {
        await using HubHost hub = await HubHost.StartAsync(
            sync => sync.Collection("grades", ConflictStrategy.ManualIntervention));
        await using Device device = await Device.CreateAsync();

        HelloResponse answer = await hub.Transport().HelloAsync(device.Hello());

        Assert.Equal([new CollectionDescriptor("grades", ConflictStrategy.ManualIntervention)], answer.Mismatches);
    }

    [Fact]
    public async Task A_clock_a_year_ahead_is_told_so_and_nothing_is_applied()
    {
        var ahead = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow.AddYears(1));
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await Device.CreateAsync(time: ahead);
        await device.PutAsync("a", "from the future");
        var transport = hub.Transport();
        await transport.HelloAsync(device.Hello());

        PushResponse answer = await transport.PushAsync(await device.PushRequestAsync());

        Assert.Equal(PushStatus.ClockSkew, answer.Status);
        Assert.True(answer.Knowledge.IsEmpty);
        Assert.InRange(answer.UnixMilliseconds, 1, ahead.GetUtcNow().AddMonths(-1).ToUnixTimeMilliseconds());
        Assert.Null(await hub.Store.GetAsync(Device.Scope, new("grades", "a")));
    }

    [Fact]
    public async Task A_restarted_pull_finds_its_cursor_void_when_the_hub_is_another_incarnation()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "1");
        var transport = hub.Transport();
        await transport.HelloAsync(device.Hello());
        await transport.PushAsync(await device.PushRequestAsync());
        var cursor = new TransferCursor(
            UpTo: null, After: null, new ReplicaId(99), Replication.GlobalVector.Empty, IsComplete: false, Stage: 1);

        PullResponse answer = await transport.PullAsync(new PullRequest(
            Device.Scope, device.Replica, 0, 0, Replication.GlobalVector.Empty, 1000)
        { Cursor = cursor });

        Assert.Equal(PullStatus.Void, answer.Status);
    }
}
