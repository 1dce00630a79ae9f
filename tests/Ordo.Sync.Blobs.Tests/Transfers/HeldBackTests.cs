using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>Blobs that wait: for the app, for a network that costs nothing, for their turn.</summary>
public sealed class HeldBackTests : TransferWorld
{
    [Fact]
    public async Task Paused_transfers_wait_and_what_an_app_opens_does_not()
    {
        (TestHub hub, BlobRef file, byte[] content) = await PublishedAsync(100_000);
        TestDevice reader = Device("reader", hub, out UnsteadyTransport way, sync => sync.ConfigureBlobs(options =>
            options.Downloads = BlobDownloadPolicy.Everything));
        (await reader.Engine.SyncAsync()).ThrowIfFailed();
        reader.Blobs.Pause();
        Task<BlobSyncReport> round = reader.Blobs.SyncAsync().AsTask();

        await Task.WhenAny(round, Task.Delay(200));
        Assert.Empty(way.Received);
        Assert.Equal(content, await reader.ReadAsync(file.Id));
        reader.Blobs.Resume();
        (await round).ThrowIfFailed();
    }

    [Fact]
    public async Task A_metered_network_holds_background_transfers_until_it_is_none()
    {
        (TestHub hub, BlobRef file, _) = await PublishedAsync(100_000);
        var cost = new SwitchableCost { IsMetered = true };
        TestDevice reader = Device("reader", hub, out UnsteadyTransport way, sync =>
        {
            sync.Services.Add(new(typeof(INetworkCost), cost));
            sync.ConfigureBlobs(options => options.Downloads = BlobDownloadPolicy.Everything);
        });
        (await reader.Engine.SyncAsync()).ThrowIfFailed();

        Task<BlobSyncReport> round = reader.Blobs.SyncAsync().AsTask();
        await Task.WhenAny(round, Task.Delay(200));
        Assert.Empty(way.Received);
        cost.IsMetered = false;
        while (!round.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await round).ThrowIfFailed();
        Assert.True((await reader.Blobs.GetStatusAsync(file.Id)).IsHeld);
    }

    [Fact]
    public async Task Who_does_not_mind_the_cost_has_files_over_a_metered_network_too()
    {
        (TestHub hub, BlobRef file, _) = await PublishedAsync(100_000);
        TestDevice reader = Device("reader", hub, out _, sync =>
        {
            sync.Services.Add(new(typeof(INetworkCost), new SwitchableCost { IsMetered = true }));
            sync.ConfigureBlobs(options =>
            {
                options.Downloads = BlobDownloadPolicy.Everything;
                options.TransfersOnMeteredNetworks = true;
            });
        });

        (await reader.SyncAsync()).ThrowIfFailed();

        Assert.True((await reader.Blobs.GetStatusAsync(file.Id)).IsHeld);
    }

    [Fact]
    public async Task No_more_bytes_are_on_their_way_than_the_budget_says()
    {
        const int budget = 64 * 1024;
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out UnsteadyTransport way, sync => sync.ConfigureBlobs(options =>
        {
            options.InFlightBytesMax = budget;
            options.Chunking = new ChunkingOptions { BytesMin = 40_000, BytesMean = 65_536, BytesMax = 131_072 };
        }));
        await writer.PublishAsync("slides", Content.Of(1_000_000));
        (await writer.Engine.SyncAsync()).ThrowIfFailed();
        (int running, int most) = (0, 0);
        way.BeforeChunk = async (_, cancellationToken) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Delay(5, cancellationToken);
            Interlocked.Decrement(ref running);
        };

        (await writer.Blobs.SyncAsync()).ThrowIfFailed();

        // Two of them are more than the budget, but for the last one, which may be short.
        Assert.InRange(most, 1, 2);
        Assert.InRange(way.Sent.Count, 5, int.MaxValue);
    }

    [Fact]
    public async Task A_transfer_that_is_cancelled_stays_queued_and_goes_on_later()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out UnsteadyTransport way);
        BlobRef file = await writer.PublishAsync("slides", Content.Of(500_000));
        (await writer.Engine.SyncAsync()).ThrowIfFailed();
        using var cancel = new CancellationTokenSource();
        way.BeforeChunk = (_, _) => way.Sent.Count >= 5 ? cancel.CancelAsync() : Task.CompletedTask;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await writer.Blobs.SyncAsync(progress: null, cancel.Token));
        BlobTransfer waiting = Assert.Single(await writer.Blobs.GetTransfersAsync());
        way.BeforeChunk = (_, _) => Task.CompletedTask;
        (await writer.Blobs.SyncAsync()).ThrowIfFailed();

        Assert.Equal((file.Id, 0), (waiting.Blob, waiting.FailureCount));

        // The one that cancels is on its way too.
        Assert.InRange(way.Sent.Count - way.Sent.Distinct().Count(), 0, InFlightMax + 1);
        Assert.NotNull(await hub.HeldAsync(file.Id));
    }
}
