using Ordo.Sync.Causality;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.Tests;

/// <summary>A folder that was copied is another replica; one that was closed or cut off stays the same.</summary>
public sealed class SidecarTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_copied_folder_opens_under_a_new_incarnation_and_the_original_keeps_its_own()
    {
        ReplicaId first;
        await using (FasterRecordStore store = await OpenAsync(_folder.Store))
        {
            first = store.Replica;
            await WriteAsync(store);
            await using FasterRecordStore copy = await OpenAsync(_folder.Copy());
            Assert.NotNull(copy.RenewalReason);
            Assert.NotEqual(first, copy.Replica);
            await using IStoreSnapshot snapshot = await copy.ReadAsync();
            Assert.Equal(0, snapshot.Counter);
        }

        await using FasterRecordStore again = await OpenAsync(_folder.Store);
        Assert.Null(again.RenewalReason);
        Assert.Equal(first, again.Replica);
    }

    private static async Task<FasterRecordStore> OpenAsync(string folder)
    {
        var store = new FasterRecordStore(TestFolder.Options(folder));
        await store.OpenAsync();
        return store;
    }

    private static async Task WriteAsync(FasterRecordStore store)
    {
        await using IStoreTransaction transaction = await store.BeginAsync();
        transaction.NextDots(3);
        await transaction.CommitAsync(Durability.Full);
    }
}
