using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A pull of several pages waits in an inbox that belongs to it alone. Found by the simulator, seed 1051.</summary>
public sealed class StagedPullTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task Pages_that_a_peer_pushes_do_not_take_the_place_of_pages_pulled_from_it()
    {
        await using var store = new InMemoryRecordStore("device");
        await store.OpenAsync();
        var peer = ReplicaId.Create(EntropySource.System);
        await StageAsync(store, peer, TransferDirection.Pull, transfer: 1);
        await StageAsync(store, peer, TransferDirection.Push, transfer: 2);

        await using IStoreTransaction transaction = await store.BeginAsync();
        Assert.NotNull(await OpenAsync(transaction, peer, TransferDirection.Pull, transfer: 1));
        Assert.NotNull(await OpenAsync(transaction, peer, TransferDirection.Push, transfer: 2));
        await PageInbox.DiscardAsync(transaction, TestDevice.ScopeName, peer, TransferDirection.Push);
        Assert.NotNull(await OpenAsync(transaction, peer, TransferDirection.Pull, transfer: 1));
        Assert.Null(await OpenAsync(transaction, peer, TransferDirection.Push, transfer: 2));
    }

    [Fact]
    public async Task A_pull_whose_pages_are_gone_from_the_inbox_begins_anew()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var source = new TestDevice(hub.Connect(), _time);
        var store = new InMemoryRecordStore("device");
        var wire = new SwitchableTransport(hub.Connect());
        await using var device = new TestDevice(
            wire,
            _time,
            configure: sync =>
            {
                sync.UseStructuredStore(_ => store);
                sync.Configure(options => options.PageBytesMax = 16 * 1024);
            });
        await source.Notes.PutAsync("known", new Note());
        await source.SyncAsync();
        await device.SyncAsync();
        await source.Engine.WriteAsync(write =>
        {
            for (int i = 0; i < 500; i++)
            {
                write.Put(source.Notes, $"k{i}", new Note { Text = new string('x', 100) });
            }
        });
        await source.SyncAsync();
        wire.FailAfter(pulls: 2);
        Assert.Equal(SyncErrorCode.Unreachable, (await device.Engine.SyncAsync()).Error?.Code);

        await using (IStoreTransaction transaction = await store.BeginAsync())
        {
            await PageInbox.DiscardAsync(transaction, TestDevice.ScopeName, hub.Store.Replica, TransferDirection.Pull);
            await transaction.CommitAsync(Durability.Full);
        }

        wire.FailAfter(pulls: int.MaxValue);
        SyncReport report = await device.SyncAsync();

        Assert.Equal(500, (await device.Scope.GetStatusAsync()).RecordCount - 1);
        Assert.True(report.PulledCount >= 500);
        Assert.Equal(await source.DigestAsync(), await device.DigestAsync());
    }

    private static async Task StageAsync(
        InMemoryRecordStore store, ReplicaId peer, TransferDirection direction, UInt128 transfer)
    {
        await using IStoreTransaction transaction = await store.BeginAsync();
        Assert.True(await PageInbox.TryStageAsync(
            transaction, TestDevice.ScopeName, peer, direction, transfer, number: 0, new byte[1], bytesMax: 1));
        await transaction.CommitAsync(Durability.Full);
    }

    private static ValueTask<PageInbox?> OpenAsync(
        IStoreTransaction transaction, ReplicaId peer, TransferDirection direction, UInt128 transfer) =>
        PageInbox.TryOpenAsync(transaction, TestDevice.ScopeName, peer, direction, transfer, finalNumber: 1, default);
}
