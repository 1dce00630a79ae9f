using Ordo.Sync.Errors;
using Ordo.Sync.Faster.Files;

namespace Ordo.Sync.Faster.Tests;

public sealed class CheckpointDamageTests : IDisposable
{
    private const int DamagedCheckpoint = 3102;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_checkpoint_damaged_at_any_byte_is_noticed_and_made_up_for_by_the_one_before_and_the_log()
    {
        string before = await MakeAsync(checkpoints: 3);
        string newest = TestFolder.FilesOf(_folder.Store, "checkpoint-")[^1];
        byte[] whole = await File.ReadAllBytesAsync(newest);
        for (int at = 0; at < whole.Length; at += 23)
        {
            string damaged = _folder.Copy();
            byte[] bytes = (byte[])whole.Clone();
            bytes[at] ^= (byte)(1 << (at % 8));
            await File.WriteAllBytesAsync(Path.Combine(damaged, Path.GetFileName(newest)), bytes);
            var logged = new LogCollector();
            await using FasterRecordStore store = await TestFolder.OpenAsync(damaged, logged);
            Assert.Equal(before, await store.DumpAsync());
            Assert.Contains(DamagedCheckpoint, logged.Events);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(200)]
    public async Task A_checkpoint_cut_short_is_made_up_for(int length)
    {
        string before = await MakeAsync(checkpoints: 2);
        using (FileStream file = File.OpenWrite(TestFolder.FilesOf(_folder.Store, "checkpoint-")[^1]))
        {
            file.SetLength(length);
        }

        await using FasterRecordStore store = await _folder.OpenAsync();
        Assert.Equal(before, await store.DumpAsync());
    }

    [Fact]
    public async Task A_checkpoint_put_together_from_two_is_not_believed_though_its_frames_are_whole()
    {
        string before;
        await using (FasterRecordStore store = await _folder.OpenAsync())
        {
            await store.PutAsync("a", Sample.Bytes(1));
            await store.CheckpointAsync();
            await store.PutAsync("a", Sample.Bytes(2));
            await store.CheckpointAsync();
            before = await store.DumpAsync();
        }

        // The older one's content with the newer one's end.
        List<string> checkpoints = TestFolder.FilesOf(_folder.Store, "checkpoint-");
        List<long> older = TestFolder.FrameEndsOf(checkpoints[0]);
        List<long> newer = TestFolder.FrameEndsOf(checkpoints[1]);
        Assert.Equal(older.Count, newer.Count);
        byte[] content = await File.ReadAllBytesAsync(checkpoints[0]);
        byte[] end = await File.ReadAllBytesAsync(checkpoints[1]);
        await File.WriteAllBytesAsync(
            checkpoints[1],
            [
                .. end[..FileHead.SizeBytes],
                .. content[FileHead.SizeBytes..(int)older[^2]],
                .. end[(int)newer[^2]..],
            ]);
        Assert.Equal(older.Count, TestFolder.FrameEndsOf(checkpoints[1]).Count);
        var logged = new LogCollector();
        await using FasterRecordStore again = await TestFolder.OpenAsync(_folder.Store, logged);
        Assert.Equal(before, await again.DumpAsync());
        Assert.Contains(DamagedCheckpoint, logged.Events);
    }

    [Fact]
    public async Task A_checkpoint_that_is_missing_is_made_up_for_and_written_again()
    {
        string before = await MakeAsync(checkpoints: 2);
        File.Delete(TestFolder.FilesOf(_folder.Store, "checkpoint-")[^1]);
        await using (FasterRecordStore store = await _folder.OpenAsync())
        {
            Assert.Equal(before, await store.DumpAsync());
            await store.CheckpointAsync();
        }

        Assert.Equal(2, TestFolder.FilesOf(_folder.Store, "checkpoint-").Count);
        await using FasterRecordStore again = await _folder.OpenAsync();
        Assert.Equal(before, await again.DumpAsync());
    }

    [Fact]
    public async Task The_first_checkpoint_damaged_leaves_the_log_from_the_first_commit_on()
    {
        string before = await MakeAsync(checkpoints: 1);
        await File.WriteAllBytesAsync(Assert.Single(TestFolder.FilesOf(_folder.Store, "checkpoint-")), new byte[100]);
        await using FasterRecordStore store = await _folder.OpenAsync();
        Assert.Equal(before, await store.DumpAsync());
    }

    [Fact]
    public async Task Both_checkpoints_damaged_are_an_error_and_never_an_empty_store()
    {
        await MakeAsync(checkpoints: 3);
        foreach (string checkpoint in TestFolder.FilesOf(_folder.Store, "checkpoint-"))
        {
            await File.WriteAllBytesAsync(checkpoint, new byte[100]);
        }

        await AssertCorruptAsync(_folder.Store);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_segment_of_the_log_that_is_missing_is_an_error_where_its_commits_are_needed(int fromTheEnd)
    {
        await MakeAsync(checkpoints: 2);
        if (fromTheEnd == 1)
        {
            // The one before the last is needed only where the newest checkpoint is not there.
            File.Delete(TestFolder.FilesOf(_folder.Store, "checkpoint-")[^1]);
        }

        File.Delete(TestFolder.FilesOf(_folder.Store, "log-")[^(fromTheEnd + 1)]);
        await AssertCorruptAsync(_folder.Store);
    }

    [Fact]
    public async Task All_files_but_the_identity_missing_are_an_error()
    {
        await MakeAsync(checkpoints: 2);
        foreach (string file in Directory.EnumerateFiles(_folder.Store, "*-*"))
        {
            File.Delete(file);
        }

        await AssertCorruptAsync(_folder.Store);
    }

    [Fact]
    public async Task An_identity_that_is_missing_or_damaged_is_an_error()
    {
        await MakeAsync(checkpoints: 1);
        string identity = Path.Combine(_folder.Store, FileNames.Identity);
        byte[] bytes = await File.ReadAllBytesAsync(identity);
        bytes[20] ^= 1;
        await File.WriteAllBytesAsync(identity, bytes);
        await AssertCorruptAsync(_folder.Store);
        File.Delete(identity);
        await AssertCorruptAsync(_folder.Store);
    }

    [Fact]
    public async Task A_file_of_another_store_is_not_taken_for_ones_own()
    {
        await MakeAsync(checkpoints: 1);
        using var other = new TestFolder();
        await using (FasterRecordStore store = await other.OpenAsync())
        {
            await store.PutAsync("a", Sample.Bytes(1));
        }

        File.Copy(
            TestFolder.FilesOf(other.Store, "log-")[0], TestFolder.FilesOf(_folder.Store, "log-")[^1], overwrite: true);
        await AssertCorruptAsync(_folder.Store);
    }

    [Fact]
    public async Task A_store_of_a_newer_format_is_refused_and_not_touched()
    {
        await MakeAsync(checkpoints: 1);
        string identity = Path.Combine(_folder.Store, FileNames.Identity);
        byte[] bytes = await File.ReadAllBytesAsync(identity);
        bytes[4] = FileHead.FormatVersion + 1;
        await File.WriteAllBytesAsync(identity, bytes);
        SyncException failure = await Assert.ThrowsAsync<SyncException>(() => _folder.OpenAsync());
        Assert.Equal(SyncErrorCode.StoreTooNew, failure.Code);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(identity));
    }

    [Fact]
    public async Task A_store_whose_making_was_cut_off_is_made_anew()
    {
        await using (FasterRecordStore store = await _folder.OpenAsync())
        {
        }

        var files = new DiskFiles(_folder.Store);
        FileHead head = StoreIdentity.Read(_folder.Store, files)!.Value;
        using (IStoreFile file = files.Create(FileNames.Identity))
        {
            (head with { Kind = FileKind.Unfinished }).Write(file);
        }

        await using FasterRecordStore again = await _folder.OpenAsync();
        await again.PutAsync("a", Sample.Bytes(1));
    }

    [Fact]
    public async Task Reopened_after_many_checkpoints_a_store_holds_all_and_keeps_two_of_them()
    {
        string before = string.Empty;
        for (int round = 0; round < 12; round++)
        {
            await using FasterRecordStore store = await _folder.OpenAsync();
            if (round > 0)
            {
                Assert.Equal(before, await store.DumpAsync());
            }

            await FillAsync(store, round);
            await store.CheckpointAsync();
            await store.PutAsync($"after{round}", Sample.Bytes(round));
            before = await store.DumpAsync();
        }

        Assert.Equal(2, TestFolder.FilesOf(_folder.Store, "checkpoint-").Count);
        Assert.Equal(2, TestFolder.FilesOf(_folder.Store, "log-").Count);
    }

    private static async Task AssertCorruptAsync(string folder)
    {
        SyncException failure = await Assert.ThrowsAsync<SyncException>(() => TestFolder.OpenAsync(folder));
        Assert.Equal(SyncErrorCode.StoreCorrupt, failure.Code);
        Assert.NotNull(failure.Hint);
    }

    private async Task<string> MakeAsync(int checkpoints)
    {
        await using FasterRecordStore store = await _folder.OpenAsync();
        for (int i = 0; i < checkpoints; i++)
        {
            await FillAsync(store, i);
            await store.CheckpointAsync();
        }

        await FillAsync(store, checkpoints);
        return await store.DumpAsync();
    }

    private static Task FillAsync(FasterRecordStore store, int round) => store.WriteAsync(async transaction =>
    {
        for (int i = 0; i < 5; i++)
        {
            await transaction.PutAsync($"k{(round * 3) + i}", Sample.Bytes((round * 100) + i));
        }

        // Short entries stand in memory, long ones are values.
        await transaction.SetLocalAsync("area", $"short{round}", Sample.Bytes(round, 10));
        await transaction.SetLocalAsync("area", $"long{round}", Sample.Bytes(round, 500));
        await transaction.RemoveAsync(Sample.Scope, Sample.Key($"k{(round * 3) + 1}"));
    });
}
