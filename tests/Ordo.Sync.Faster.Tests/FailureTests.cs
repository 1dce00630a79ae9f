using Ordo.Sync.Errors;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.Tests;

public sealed class FailureTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private FaultyFiles? _files;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(100)]
    public async Task A_commit_for_which_the_disk_has_no_room_says_so_leaves_nothing_and_can_be_done_again(int bytesLeft)
    {
        await using (FasterRecordStore store = await OpenAsync())
        {
            await store.PutAsync("a", Sample.Bytes(1));
            string before = await store.DumpAsync();
            _files!.BytesLeft = bytesLeft;
            SyncException full = await Assert.ThrowsAsync<SyncException>(() => store.PutAsync("b", Sample.Bytes(2, 500)));
            Assert.Equal(SyncErrorCode.StoreFull, full.Code);
            Assert.NotNull(full.Hint);
            Assert.Equal(before, await store.DumpAsync());
            await AssertReopensAsAsync(before);

            _files.BytesLeft = long.MaxValue;
            await store.PutAsync("b", Sample.Bytes(2, 500));
            await AssertReopensAsAsync(await store.DumpAsync());
        }
    }

    [Fact]
    public async Task A_durable_commit_goes_through_where_only_the_room_written_ahead_is_missing()
    {
        await using FasterRecordStore store = await OpenAsync();
        _files!.BytesLeft = 2000;
        await store.PutAsync("a", Sample.Bytes(1), Durability.Full);
        await AssertReopensAsAsync(await store.DumpAsync());
    }

    [Fact]
    public async Task A_flush_that_fails_fails_the_commit_and_all_after_it_until_the_store_is_opened_again()
    {
        string before;
        await using (FasterRecordStore store = await OpenAsync())
        {
            await store.PutAsync("a", Sample.Bytes(1), Durability.Full);
            before = await store.DumpAsync();
            _files!.FailsFlush = true;
            SyncException failed = await Assert.ThrowsAsync<SyncException>(
                () => store.PutAsync("b", Sample.Bytes(2), Durability.Full));
            Assert.Equal(SyncErrorCode.StoreUnavailable, failed.Code);
            _files.FailsFlush = false;
            await Assert.ThrowsAsync<SyncException>(() => store.PutAsync("c", Sample.Bytes(3)));
            Assert.Equal(before, await store.DumpAsync());
        }

        await using FasterRecordStore again = await OpenAsync();
        Assert.Equal(before, await again.DumpAsync());
        await again.PutAsync("c", Sample.Bytes(3), Durability.Full);
    }

    [Fact]
    public async Task Values_for_which_the_disk_has_no_room_fail_the_commit_before_the_log_has_it()
    {
        await using FasterRecordStore store = await OpenAsync(logMemoryKiB: 8192);
        _files!.FailsToMake = "spill-";
        int written = 0;
        SyncException full = await Assert.ThrowsAsync<SyncException>(async () =>
        {
            for (; written < 200; written++)
            {
                await store.PutAsync($"k{written}", Sample.Bytes(written, 50_000));
            }
        });
        Assert.Equal(SyncErrorCode.StoreFull, full.Code);
        Assert.True(written > 0);
        string before = await store.DumpAsync();
        _files.FailsToMake = null;
        await store.PutAsync("next", Sample.Bytes(1));
        Assert.NotEqual(before, await store.DumpAsync());
        await AssertReopensAsAsync(await store.DumpAsync());
    }

    [Fact]
    public async Task A_checkpoint_for_which_the_disk_has_no_room_changes_nothing_and_can_be_written_later()
    {
        await using FasterRecordStore store = await OpenAsync();
        for (int i = 0; i < 20; i++)
        {
            await store.PutAsync($"k{i}", Sample.Bytes(i, 500));
        }

        _files!.BytesLeft = 2000;
        SyncException full = await Assert.ThrowsAsync<SyncException>(async () => await store.CheckpointAsync());
        Assert.Equal(SyncErrorCode.StoreFull, full.Code);
        _files.BytesLeft = long.MaxValue;
        await AssertReopensAsAsync(await store.DumpAsync());
        await store.PutAsync("next", Sample.Bytes(1));
        await store.CheckpointAsync();
        await AssertReopensAsAsync(await store.DumpAsync());
    }

    [Fact]
    public async Task A_write_that_failed_half_way_takes_its_transaction_with_it()
    {
        await using FasterRecordStore store = await OpenAsync();
        await using (IStoreTransaction transaction = await store.BeginAsync())
        {
            await transaction.PutAsync("a", Sample.Bytes(1));
            await Assert.ThrowsAnyAsync<ArgumentException>(
                async () => await transaction.SetLocalAsync("area", "no text: \ud800", Sample.Bytes(1)));
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await transaction.CommitAsync(Durability.Normal));
        }

        Assert.Null(await store.GetAsync(Sample.Scope, Sample.Key("a")));
    }

    [Fact]
    public async Task A_second_store_on_a_folder_is_refused_while_the_first_is_open()
    {
        await using (FasterRecordStore store = await OpenAsync())
        {
            SyncException locked = await Assert.ThrowsAsync<SyncException>(() => _folder.OpenAsync());
            Assert.Equal(SyncErrorCode.StoreLocked, locked.Code);
            Assert.NotNull(locked.Hint);
            await store.PutAsync("a", Sample.Bytes(1));
        }

        await using FasterRecordStore next = await _folder.OpenAsync();
        Assert.NotNull(await next.GetAsync(Sample.Scope, Sample.Key("a")));
    }

    [Fact]
    public async Task A_store_whose_index_is_as_large_as_its_options_allow_says_so_and_takes_removals()
    {
        FasterStoreOptions options = TestFolder.Options(_folder.Store);
        options.IndexMemoryMaxKiB = 64;
        await using FasterRecordStore store = await TestFolder.OpenAsync(options);
        int written = 0;
        SyncException full = await Assert.ThrowsAsync<SyncException>(async () =>
        {
            for (; written < 1_000; written++)
            {
                await store.PutAsync($"k{written}", Sample.Bytes(written));
            }
        });
        Assert.Equal(SyncErrorCode.StoreFull, full.Code);
        Assert.Contains("IndexMemoryMaxKiB", full.Hint, StringComparison.Ordinal);
        Assert.InRange(written, 50, 500);
        await store.WriteAsync(async transaction =>
            await transaction.PruneJournalAsync(Sample.Scope, new Ordo.Sync.Causality.Dot(0, written)));
        await store.PutAsync("next", Sample.Bytes(1));
    }

    private async Task<FasterRecordStore> OpenAsync(int logMemoryKiB = 1024)
    {
        FasterStoreOptions options = TestFolder.Options(_folder.Store);
        options.LogMemoryKiB = logMemoryKiB;
        var store = new FasterRecordStore(
            options, null, null, null, folder => _files = new FaultyFiles(folder));
        await store.OpenAsync();
        return store;
    }

    // What a crash at this moment leaves opens with the content given.
    private async Task AssertReopensAsAsync(string content)
    {
        await using FasterRecordStore store = await TestFolder.OpenAsync(_folder.Copy());
        Assert.Equal(content, await store.DumpAsync());
    }
}
