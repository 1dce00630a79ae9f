using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>Pages of a push that its sender does not go on with do not stay at the hub for ever.</summary>
public sealed class AbandonedTransferTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task Pages_that_nobody_goes_on_with_are_discarded_and_their_sender_loses_nothing()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var wire = new CutTransport(hub.Connect());
        await using TestDevice device = new(
            wire, _time, configure: sync => sync.Configure(options => options.PageBytesMax = 16 * 1024));
        await device.SyncAsync();
        await device.Engine.WriteAsync(batch =>
        {
            for (int i = 0; i < 1000; i++)
            {
                batch.Put(device.Notes, $"{i}", new Note { Text = new string('x', 100) });
            }
        });
        wire.PushesLeft = 3;
        Assert.Equal(SyncErrorCode.Unreachable, (await device.Engine.SyncAsync()).Error?.Code);
        DateTimeOffset began = _time.GetUtcNow();
        Assert.Equal(4, await WaitingAsync(hub, device));

        Assert.Equal(0, await StagedTransfers.SweepAsync(hub.Store, began));
        Assert.Equal(4, await WaitingAsync(hub, device));
        _time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(1, await StagedTransfers.SweepAsync(hub.Store, _time.GetUtcNow() - TimeSpan.FromDays(7)));
        Assert.Equal(0, await WaitingAsync(hub, device));
        Assert.Equal(0, await StagedTransfers.SweepAsync(hub.Store, _time.GetUtcNow()));

        wire.PushesLeft = int.MaxValue;
        await device.SyncAsync();
        Assert.Equal(1000, (await hub.StateAsync(TestDevice.ScopeName)).LiveCount);
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await device.DigestAsync());
        Assert.Equal(0, await WaitingAsync(hub, device));
        Assert.Equal(0, await StagedTransfers.SweepAsync(hub.Store, _time.GetUtcNow() + TimeSpan.FromDays(1)));
    }

    // The pages and the entry that counts them.
    private static async Task<int> WaitingAsync(TestHub hub, TestDevice device)
    {
        await using IStoreSnapshot snapshot = await hub.Store.ReadAsync();
        return (await snapshot.ListLocalAsync(
            $"inbox/{device.Engine.Replica}/{TestDevice.ScopeName}", afterKey: null, ProtocolLimits.PageRecordsMax)).Count;
    }

    private sealed class CutTransport(ISyncTransport inner) : ISyncTransport
    {
        public int PushesLeft { get; set; } = int.MaxValue;

        public string PeerName => inner.PeerName;

        public TransportBytes Bytes => inner.Bytes;

        public ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken) =>
            inner.HelloAsync(request, cancellationToken);

        public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken) =>
            inner.PullAsync(request, cancellationToken);

        public ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken) => PushesLeft-- > 0
            ? inner.PushAsync(request, cancellationToken)
            : throw new SyncException(SyncErrorCode.Unreachable, "Cut off.");
    }
}
