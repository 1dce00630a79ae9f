using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Storage;

/// <summary>Who opens a folder, and what a process that died left there.</summary>
public sealed class StoreOpeningTests : FileSystemStoreWorld
{
    [Fact]
    public async Task AFolder_is_held_by_one_store_at_aTime()
    {
        await using FileSystemBlobStore store = await OpenAsync();
        await using var second = new FileSystemBlobStore(new FileSystemBlobOptions { Path = Folder.Root });

        SyncException locked = await Assert.ThrowsAsync<SyncException>(async () => await second.OpenAsync());

        Assert.Equal(SyncErrorCode.StoreLocked, locked.Code);
    }

    [Fact]
    public async Task What_a_crash_left_half_written_is_gone_after_opening()
    {
        await using (await OpenAsync())
        {
            await File.WriteAllBytesAsync(Path.Combine(Folder.Sub("temp"), "7"), Content.Of(1000));
        }

        await using FileSystemBlobStore store = await OpenAsync();

        Assert.Empty(Directory.GetFiles(Folder.Sub("temp")));
    }
}
