using Ordo.Sync.Errors;
using Ordo.Sync.Faster.Log;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.Tests;

public sealed class LogDamageTests : IDisposable
{
    private const int TornTail = 3101;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Durability.Normal)]
    [InlineData(Durability.Full)]
    public async Task A_log_torn_at_any_byte_of_its_last_commits_opens_with_the_commits_before(Durability durability)
    {
        var dumps = new List<string>();
        string crashed;
        await using (FasterRecordStore store = await _folder.OpenAsync())
        {
            for (int i = 0; i < 5; i++)
            {
                await store.PutAsync($"k{i}", Sample.Bytes(i), durability);
                dumps.Add(await store.DumpAsync());
            }

            crashed = _folder.Copy();
        }

        // The ends of the frames: the genesis, then one a commit.
        string log = Assert.Single(TestFolder.FilesOf(crashed, "log-"));
        List<long> ends = TestFolder.FrameEndsOf(log);
        Assert.Equal(6, ends.Count);
        byte[] whole = await File.ReadAllBytesAsync(log);
        for (long length = ends[3]; length <= ends[5]; length++)
        {
            string torn = _folder.Copy(crashed);
            await File.WriteAllBytesAsync(TestFolder.FilesOf(torn, "log-")[0], whole[..(int)length]);
            var logged = new LogCollector();
            await using FasterRecordStore store = await TestFolder.OpenAsync(torn, logged);
            int commits = ends.Count(end => end <= length) - 1;
            Assert.Equal(dumps[commits - 1], await store.DumpAsync());
            Assert.Equal(!ends.Contains(length), logged.Events.Contains(TornTail));

            // And it goes on from there.
            await store.PutAsync("next", Sample.Bytes(9), durability);
        }
    }

    [Fact]
    public async Task A_bit_that_flips_anywhere_in_the_log_of_a_store_that_was_closed_is_an_error_and_never_loses_a_commit()
    {
        string before;
        await using (FasterRecordStore store = await _folder.OpenAsync())
        {
            for (int i = 0; i < 4; i++)
            {
                await store.PutAsync($"k{i}", Sample.Bytes(i, 20));
            }

            before = await store.DumpAsync();
        }

        byte[] whole = await File.ReadAllBytesAsync(TestFolder.FilesOf(_folder.Store, "log-")[0]);
        long closedAt = TestFolder.FrameEndsOf(TestFolder.FilesOf(_folder.Store, "log-")[0])[^2];
        for (int at = 0; at < whole.Length; at++)
        {
            string damaged = _folder.Copy();
            byte[] bytes = (byte[])whole.Clone();
            bytes[at] ^= (byte)(1 << (at % 8));
            await File.WriteAllBytesAsync(TestFolder.FilesOf(damaged, "log-")[0], bytes);
            if (at >= closedAt)
            {
                // What says that the store was closed is damaged, and no commit is.
                await using FasterRecordStore store = await TestFolder.OpenAsync(damaged);
                Assert.Equal(before, await store.DumpAsync());
                continue;
            }

            SyncException failure = await Assert.ThrowsAsync<SyncException>(() => TestFolder.OpenAsync(damaged));
            Assert.True(
                failure.Code is SyncErrorCode.StoreCorrupt or SyncErrorCode.StoreTooNew, $"byte {at}: {failure.Message}");
            Assert.NotNull(failure.Hint);
            Directory.Delete(damaged, recursive: true);
        }
    }

    [Fact]
    public async Task A_commit_that_was_durable_when_a_later_one_was_written_is_not_taken_for_a_torn_tail()
    {
        string crashed;
        await using (FasterRecordStore store = await _folder.OpenAsync())
        {
            await store.PutAsync("a", Sample.Bytes(1), Durability.Full);
            await store.PutAsync("b", Sample.Bytes(2), Durability.Normal);
            crashed = _folder.Copy();
        }

        string log = TestFolder.FilesOf(crashed, "log-")[0];
        Flip(log, TestFolder.FrameEndsOf(log)[0] + FrameHead.SizeBytes);
        SyncException failure = await Assert.ThrowsAsync<SyncException>(() => TestFolder.OpenAsync(crashed));
        Assert.Equal(SyncErrorCode.StoreCorrupt, failure.Code);
        Assert.Contains("commit 2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commits_that_were_never_flushed_and_reached_the_disk_out_of_order_are_a_torn_tail()
    {
        string crashed;
        string durable;
        await using (FasterRecordStore store = await _folder.OpenAsync())
        {
            await store.PutAsync("a", Sample.Bytes(1), Durability.Full);
            durable = await store.DumpAsync();
            await store.PutAsync("b", Sample.Bytes(2), Durability.Normal);
            await store.PutAsync("c", Sample.Bytes(3), Durability.Normal);
            crashed = _folder.Copy();
        }

        // A power cut kept the last commit and lost the one before it.
        string log = TestFolder.FilesOf(crashed, "log-")[0];
        Flip(log, TestFolder.FrameEndsOf(log)[1] + FrameHead.SizeBytes);
        await using FasterRecordStore after = await TestFolder.OpenAsync(crashed);
        Assert.Equal(durable, await after.DumpAsync());
    }

    [Fact]
    public async Task A_sector_of_zeros_in_the_middle_of_the_log_is_damage()
    {
        await using (FasterRecordStore store = await _folder.OpenAsync())
        {
            for (int i = 0; i < 40; i++)
            {
                await store.PutAsync($"k{i}", Sample.Bytes(i));
            }
        }

        string log = TestFolder.FilesOf(_folder.Store, "log-")[0];
        byte[] bytes = await File.ReadAllBytesAsync(log);
        bytes.AsSpan(512, 512).Clear();
        await File.WriteAllBytesAsync(log, bytes);
        SyncException failure = await Assert.ThrowsAsync<SyncException>(() => _folder.OpenAsync());
        Assert.Equal(SyncErrorCode.StoreCorrupt, failure.Code);
    }

    [Fact]
    public async Task A_commit_that_was_cut_out_of_the_log_is_an_error_though_all_others_are_whole()
    {
        await using (FasterRecordStore store = await _folder.OpenAsync())
        {
            for (int i = 0; i < 4; i++)
            {
                await store.PutAsync($"k{i}", Sample.Bytes(i));
            }
        }

        string log = TestFolder.FilesOf(_folder.Store, "log-")[0];
        List<long> ends = TestFolder.FrameEndsOf(log);
        byte[] bytes = await File.ReadAllBytesAsync(log);
        await File.WriteAllBytesAsync(log, [.. bytes[..(int)ends[1]], .. bytes[(int)ends[2]..]]);
        SyncException failure = await Assert.ThrowsAsync<SyncException>(() => _folder.OpenAsync());
        Assert.Equal(SyncErrorCode.StoreCorrupt, failure.Code);
        Assert.Contains("goes on with commit 4 behind commit 2", failure.Message, StringComparison.Ordinal);
    }

    private static void Flip(string path, long at)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[at] ^= 0x10;
        File.WriteAllBytes(path, bytes);
    }
}
