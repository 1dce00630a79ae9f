using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A device's own collection beside what the app does in the same moment.</summary>
public sealed class KeepingRaceTests : TransferWorld
{
    [Fact]
    public async Task Content_that_is_imported_again_while_it_is_collected_stays()
    {
        byte[] content = Content.Of(300_000);
        (TestDevice device, HookedBlobStore store) = await DeviceAsync();
        BlobRef file = (await DueAsync(device, content))[0];
        Task<BlobRef>? importing = null;
        store.BeforeRemove = async _ =>
        {
            importing = device.Blobs.ImportAsync(new MemoryStream(content)).AsTask();
            await Task.WhenAny(importing, Task.Delay(200));
        };

        await device.Blobs.CollectAsync();
        Assert.Equal(file.Id, (await importing!).Id);

        Assert.Equal(content, await device.ReadAsync(file.Id));
    }

    [Fact]
    public async Task A_file_that_is_pinned_while_it_is_judged_is_gone_before_or_stays()
    {
        (TestDevice device, HookedBlobStore store) = await DeviceAsync();
        BlobRef file = (await DueAsync(device, Content.Of(300_000)))[0];
        Task? pinning = null;
        store.BeforeRemove = async _ =>
        {
            pinning = device.Blobs.PinAsync(file.Id).AsTask();
            await Task.WhenAny(pinning, Task.Delay(200));
            Assert.False(pinning.IsCompleted);
        };

        Assert.Equal(1, (await device.Blobs.CollectAsync()).RemovedCount);
        await pinning!;
    }

    [Fact]
    public async Task A_record_that_is_written_during_a_collection_keeps_its_file()
    {
        (TestDevice device, HookedBlobStore store) = await DeviceAsync();
        BlobRef[] files = await DueAsync(device, Content.Of(50_000, 1), Content.Of(50_000, 2));
        BlobRef? needed = null;
        store.BeforeRemove = async blob =>
        {
            if (needed is null)
            {
                needed = files.Single(file => file.Id != blob);
                await device.Handouts.PutAsync("late", new Handout { Title = "late", File = needed });
            }
        };

        Assert.Equal(1, (await device.Blobs.CollectAsync()).RemovedCount);

        Assert.True((await device.Blobs.GetStatusAsync(needed!.Id)).IsHeld);
    }

    [Fact]
    public async Task A_file_that_the_hub_has_in_another_scope_only_is_not_evicted()
    {
        const string Other = "course/BBB-2014B";
        TestHub hub = await HubAsync();
        TestDevice device = Device("writer", hub, out _, sync => sync.Subscribe(Other));
        BlobRef file = await device.PublishAsync("slides", Content.Of(300_000));
        (await device.SyncAsync()).ThrowIfFailed();
        await device.Engine.Scope(Other).Collection<Handout>("handouts")
            .PutAsync("slides", new Handout { Title = "slides", File = file });

        Assert.False(await device.Blobs.EvictAsync(file.Id));
        (await device.SyncAsync()).ThrowIfFailed();

        Assert.True(await device.Blobs.EvictAsync(file.Id));
    }

    private async Task<(TestDevice Device, HookedBlobStore Store)> DeviceAsync()
    {
        TestHub hub = await HubAsync();
        HookedBlobStore? hooked = null;
        TestDevice device = Device("device", hub, out _, sync => sync.UseBlobStore(_ => hooked = new HookedBlobStore(
            Own(new FileSystemBlobStore(new FileSystemBlobOptions { Path = Folder.Sub("files"), FreeBytesMin = 0 }, Time)))));
        await device.Blobs.GetTransfersAsync();
        return (device, hooked!);
    }

    // Files that nothing has referred to for longer than the grace period.
    private async Task<BlobRef[]> DueAsync(TestDevice device, params byte[][] contents)
    {
        var files = new List<BlobRef>();
        foreach (byte[] content in contents)
        {
            files.Add(await device.Blobs.ImportAsync(new MemoryStream(content)));
        }

        await device.Blobs.CollectAsync();
        Time.Advance(TimeSpan.FromDays(8));
        return [.. files];
    }
}
