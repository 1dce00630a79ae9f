using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>A way to hubs that leads elsewhere from one request to the next: who has heard no hello refuses, and takes nobody for a copy.</summary>
public sealed class ChangingRouteTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task A_route_that_leads_elsewhere_twice_in_a_sync_makes_no_device_a_copy()
    {
        TestHub[] hubs = [await TestHub.StartAsync(_time), await TestHub.StartAsync(_time), await TestHub.StartAsync(_time)];
        var route = new Route([.. hubs.Select(hub => hub.Connect())]);
        await using var device = new TestDevice(route, _time);
        await device.Notes.PutAsync("1", new Note());
        await device.SyncAsync();
        await device.Notes.PutAsync("2", new Note());
        ReplicaId before = device.Engine.Replica;
        route.MovesAfterHello = true;
        route.Move();

        await device.SyncAsync();

        Assert.Equal(2, route.At);
        Assert.Equal(before, device.Engine.Replica);
        Assert.Equal((await hubs[2].StateAsync(TestDevice.ScopeName)).Digest, await device.DigestAsync());
    }

    [Fact]
    public async Task Who_refuses_whom_it_has_greeted_knows_another_of_that_id()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var wire = new Denial(hub.Connect());
        await using var device = new TestDevice(wire, _time);
        await device.Notes.PutAsync("1", new Note());
        ReplicaId before = wire.Refused = (await device.OpenStoreAsync()).Replica;

        await device.SyncAsync();

        Assert.NotEqual(before, device.Engine.Replica);
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await device.DigestAsync());
    }

    private sealed class Route(ISyncTransport[] hubs) : ISyncTransport
    {
        public int At { get; private set; }

        public bool MovesAfterHello { get; set; }

        public string PeerName => hubs[At].PeerName;

        public TransportBytes Bytes => hubs[At].Bytes;

        public void Move() => At++;

        public async ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken = default)
        {
            HelloResponse answer = await hubs[At].HelloAsync(request, cancellationToken);
            if (MovesAfterHello)
            {
                MovesAfterHello = false;
                Move();
            }

            return answer;
        }

        public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default) =>
            hubs[At].PullAsync(request, cancellationToken);

        public ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken = default) =>
            hubs[At].PushAsync(request, cancellationToken);
    }

    private sealed class Denial(ISyncTransport inner) : PassingTransport(inner)
    {
        public ReplicaId Refused { get; set; }

        public override ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default) =>
            request.Replica != Refused
                ? base.PullAsync(request, cancellationToken)
                : throw new SyncException(SyncErrorCode.IdentityRefused, "It is another's.");
    }
}
