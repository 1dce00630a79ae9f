using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Storage;

/// <summary>Who opens a folder, and what a process that died left there.</summary>
public sealed class StoreOpeningTests : FileSystemStoreWorld
{
    [Fact]
    public async Task A_folder_is_held_by_one_store_at_a_time()
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

    [Fact]
    public async Task A_folder_of_a_form_that_is_not_known_is_refused_and_left_as_it_is()
    {
        await using (await OpenAsync())
        {
            // Made, and closed again.
        }

        await File.WriteAllTextAsync(Folder.Sub("format"), "ordo-blobs 2\n");
        await using var store = new FileSystemBlobStore(new FileSystemBlobOptions { Path = Folder.Root });

        SyncException refused = await Assert.ThrowsAsync<SyncException>(async () => await store.OpenAsync());

        Assert.Equal(SyncErrorCode.StoreTooNew, refused.Code);
        Assert.Equal("ordo-blobs 2\n", await File.ReadAllTextAsync(Folder.Sub("format")));
    }
}
