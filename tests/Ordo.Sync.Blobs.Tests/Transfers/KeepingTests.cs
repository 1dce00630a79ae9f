using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>What a device fetches, keeps and lets go.</summary>
public sealed class KeepingTests : TransferWorld
{
    [Theory]
    [InlineData(500, true)]
    [InlineData(5_000, false)]
    public async Task A_policy_by_size_fetches_small_files_ahead(int length, bool isFetched)
    {
        (TestHub hub, BlobRef file, _) = await PublishedAsync(length);
        TestDevice reader = Device("reader", hub, out _, sync => sync.ConfigureBlobs(options =>
            options.Downloads = BlobDownloadPolicy.UpTo(1_000)));

        await reader.SyncAsync();

        Assert.Equal(isFetched, (await reader.Blobs.GetStatusAsync(file.Id)).IsHeld);
    }

    [Fact]
    public async Task A_policy_by_size_takes_a_length_that_nobody_says_for_a_long_one()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        BlobRef file = await writer.Blobs.ImportAsync(new MemoryStream(Content.Of(500)));
        await writer.Handouts.PutAsync("slides", new Handout { Title = "slides", File = new BlobRef(file.Id, -1) });
        (await writer.SyncAsync()).ThrowIfFailed();
        TestDevice reader = Device("reader", hub, out _, sync => sync.ConfigureBlobs(options =>
            options.Downloads = BlobDownloadPolicy.UpTo(1_000)));

        (await reader.SyncAsync()).ThrowIfFailed();

        Assert.False((await reader.Blobs.GetStatusAsync(file.Id)).IsHeld);
        Assert.Equal(500, (await reader.ReadAsync(file.Id)).Length);
    }

    [Fact]
    public async Task A_policy_that_forbids_a_file_holds_also_when_it_is_opened()
    {
        (TestHub hub, BlobRef file, _) = await PublishedAsync(500);
        TestDevice reader = Device("reader", hub, out _, sync => sync.ConfigureBlobs(options =>
            options.Downloads = BlobDownloadPolicy.Nothing));
        await reader.SyncAsync();

        SyncException refused = await Assert.ThrowsAsync<SyncException>(async () => await reader.Blobs.OpenReadAsync(file.Id));

        Assert.Equal(SyncErrorCode.BlobMissing, refused.Code);
    }

    [Fact]
    public async Task A_pinned_file_is_fetched_and_not_evicted_and_the_only_copy_never_is()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        BlobRef file = await writer.PublishAsync("slides", Content.Of(300_000));
        Assert.False(await writer.Blobs.EvictAsync(file.Id));
        await writer.SyncAsync();
        TestDevice reader = Device("reader", hub, out _);
        await reader.SyncAsync();

        await reader.Blobs.PinAsync(file.Id);
        (await reader.Blobs.SyncAsync()).ThrowIfFailed();
        Assert.True((await reader.Blobs.GetStatusAsync(file.Id)).IsHeld);
        Assert.False(await reader.Blobs.EvictAsync(file.Id));
        await reader.Blobs.UnpinAsync(file.Id);
        Assert.True(await reader.Blobs.EvictAsync(file.Id));

        Assert.Equal(default, reader.Blobs.Usage);
        Assert.True(await writer.Blobs.EvictAsync(file.Id));
    }

    [Fact]
    public async Task A_file_that_was_never_sent_is_not_evicted_though_nothing_is_queued()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        BlobRef file = await writer.Blobs.ImportAsync(new MemoryStream(Content.Of(10_000)));

        Assert.Empty(await writer.Blobs.GetTransfersAsync());
        Assert.False(await writer.Blobs.EvictAsync(file.Id));
    }

    [Fact]
    public async Task A_file_that_is_pinned_before_its_record_comes_is_fetched_with_it()
    {
        (TestHub hub, BlobRef file, _) = await PublishedAsync(100_000);
        TestDevice reader = Device("reader", hub, out _);

        await reader.Blobs.PinAsync(file.Id);
        (await reader.SyncAsync()).ThrowIfFailed();

        Assert.True((await reader.Blobs.GetStatusAsync(file.Id)).IsHeld);
    }

    [Fact]
    public async Task A_full_quota_evicts_what_was_used_longest_ago()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        BlobRef[] files =
        [
            await writer.PublishAsync("a", Content.Of(400_000, 1)),
            await writer.PublishAsync("b", Content.Of(400_000, 2)),
            await writer.PublishAsync("c", Content.Of(400_000, 3)),
        ];
        (await writer.SyncAsync()).ThrowIfFailed();
        TestDevice reader = Device("reader", hub, out _, sync =>
            sync.UseFileSystemBlobs(Folder.Sub("reader"), options => options.BytesMax = 900_000));
        await reader.SyncAsync();
        foreach (BlobRef file in files)
        {
            Time.Advance(TimeSpan.FromHours(2));
            await reader.Blobs.DownloadAsync(file.Id);
        }

        Assert.False((await reader.Blobs.GetStatusAsync(files[0].Id)).IsHeld);
        Assert.True((await reader.Blobs.GetStatusAsync(files[2].Id)).IsHeld);
        Assert.InRange(reader.Blobs.Usage.ChunkBytes, 0, 900_000);
    }

    [Fact]
    public async Task A_device_forgets_a_file_a_grace_period_after_its_last_reference()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        BlobRef file = await writer.PublishAsync("slides", Content.Of(300_000));
        await writer.SyncAsync();
        await writer.Handouts.DeleteAsync("slides");

        await writer.Blobs.CollectAsync();
        Assert.True((await writer.Blobs.GetStatusAsync(file.Id)).IsHeld);
        Time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(1, (await writer.Blobs.CollectAsync()).RemovedCount);

        Assert.Equal(default, writer.Blobs.Usage);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_device_keeps_what_is_pinned_or_still_to_be_sent_though_nothing_refers_to_it(bool isPinned)
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        BlobRef file = await writer.Blobs.ImportAsync(new MemoryStream(Content.Of(10_000)));
        await (isPinned
            ? writer.Blobs.PinAsync(file.Id)
            : writer.Blobs.AttachAsync(TestDevice.ScopeName, file.Id));
        for (int i = 0; i < 3; i++)
        {
            Time.Advance(TimeSpan.FromDays(8));
            await writer.Blobs.CollectAsync();
        }

        Assert.True((await writer.Blobs.GetStatusAsync(file.Id)).IsHeld);
    }

    [Fact]
    public async Task A_device_keeps_a_file_that_a_record_refers_to()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        BlobRef file = await writer.PublishAsync("slides", Content.Of(300_000));
        for (int i = 0; i < 3; i++)
        {
            Time.Advance(TimeSpan.FromDays(8));
            await writer.Blobs.CollectAsync();
        }

        Assert.True((await writer.Blobs.GetStatusAsync(file.Id)).IsHeld);
    }
}
