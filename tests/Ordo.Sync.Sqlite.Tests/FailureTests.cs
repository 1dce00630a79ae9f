using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class FailureTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_store_that_is_full_says_so_keeps_what_it_has_and_goes_on()
    {
        var options = new SqliteStoreOptions { Path = _folder.Database, SizeMaxKiB = 400 };
        await using SqliteRecordStore store = await _folder.OpenAsync(options);
        long written = 0;
        SyncException full = await Assert.ThrowsAsync<SyncException>(async () =>
        {
            while (true)
            {
                await store.PutAsync($"{written}", new byte[20_000]);
                written++;
            }
        });
        Assert.Equal(SyncErrorCode.StoreFull, full.Code);
        Assert.NotNull(full.Hint);
        Assert.InRange(written, 1, 20);
        await AssertHoldsAsync(store, written);

        // Room again: the same store writes on, under the next dot.
        await store.WriteAsync(async t => await t.RemoveAsync(Scope, Key("0")));
        Assert.Equal(new Dot(0, written + 1), await store.PutAsync("0", new byte[20_000]));
        await AssertHoldsAsync(store, written + 1);
        Assert.Empty(await store.VerifyIntegrityAsync());
    }

    [Fact]
    public async Task A_commit_that_fails_undoes_the_transaction_and_its_memory()
    {
        // Scopes are written at the commit, so one that outgrows the file makes the commit itself fail.
        var options = new SqliteStoreOptions { Path = _folder.Database, SizeMaxKiB = 400 };
        await using SqliteRecordStore store = await _folder.OpenAsync(options);
        await store.PutAsync("a", Score(1));
        IStoreTransaction t = await store.BeginAsync();
        await t.InternAsync(Peer(1));
        await t.PutAsync("b", Score(2));
        await t.SetScopeAsync("large", Large());
        SyncException failure = await Assert.ThrowsAsync<SyncException>(async () => await t.CommitAsync(Durability.Full));
        Assert.Equal(SyncErrorCode.StoreFull, failure.Code);
        await t.DisposeAsync();
        Assert.Equal(1, store.Replicas.Count);
        Assert.Null(await store.GetAsync(Scope, Key("b")));
        Assert.Equal(new Dot(0, 2), await store.PutAsync("b", Score(3)));
        await AssertHoldsAsync(store, 2);
    }

    [Fact]
    public async Task A_disk_that_is_full_gets_the_space_of_the_log_back()
    {
        var options = new SqliteStoreOptions { Path = _folder.Database, SizeMaxKiB = 400 };
        await using SqliteRecordStore store = await _folder.OpenAsync(options);
        await store.PutAsync("a", Score(1));
        Assert.NotEqual(0, LogLength());
        await Assert.ThrowsAsync<SyncException>(
            () => store.WriteAsync(async t => await t.SetScopeAsync("large", Large())));
        for (DateTime end = DateTime.UtcNow.AddMinutes(1); LogLength() > 0 && DateTime.UtcNow < end;)
        {
            await Task.Delay(5);
        }

        Assert.Equal(0, LogLength());
        await AssertHoldsAsync(store, 1);

        long LogLength() => new FileInfo(_folder.Database + "-wal").Length;
    }

    [Fact]
    public async Task Damage_in_the_file_is_an_error_and_never_an_empty_answer()
    {
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            await store.WriteAsync(async t =>
            {
                for (int i = 0; i < 500; i++)
                {
                    await t.PutAsync($"{i}", new byte[100]);
                }
            });
        }

        byte[] bytes = await File.ReadAllBytesAsync(_folder.Database);
        for (int page = 1; page * 4096 < bytes.Length; page++)
        {
            bytes.AsSpan(page * 4096, 8).Fill(0xff);
        }

        await File.WriteAllBytesAsync(_folder.Database, bytes);
        SyncException damaged = await Assert.ThrowsAsync<SyncException>(() => _folder.OpenAsync());
        Assert.Equal(SyncErrorCode.StoreCorrupt, damaged.Code);
    }

    [Fact]
    public async Task A_table_that_lost_a_column_is_damage_and_no_error_of_the_store()
    {
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            await store.PutAsync("a", Score(1));
        }

        using (Microsoft.Data.Sqlite.SqliteConnection plain = PlainSql.Open(_folder.Database, readOnly: false))
        {
            PlainSql.Execute(plain, "ALTER TABLE grades RENAME COLUMN _annotations TO _annotation5");
        }

        await using SqliteRecordStore again = await _folder.OpenAsync();
        SyncException read = await Assert.ThrowsAsync<SyncException>(async () => await again.GetAsync(Scope, Key("a")));
        Assert.Equal(SyncErrorCode.StoreCorrupt, read.Code);
        Assert.NotNull(read.Hint);
    }

    [Fact]
    public async Task The_integrity_check_finds_a_flipped_byte_and_rows_that_do_not_belong_together()
    {
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            await store.WriteAsync(async t => await t.PutAsync(
                Scope, Siblings("a", Version(new Dot(0, 1), Score(1)), Version(new Dot(0, 2), Score(2)))));
            await store.PutAsync("b", Score(1));
            Assert.Empty(await store.VerifyIntegrityAsync());
        }

        using (Microsoft.Data.Sqlite.SqliteConnection plain = PlainSql.Open(_folder.Database, readOnly: false))
        {
            PlainSql.Execute(
                plain,
                """
                DELETE FROM ordo_sibling;
                DELETE FROM ordo_state WHERE slot < 1 << 61;
                UPDATE grades SET _author = 77, _dot = 99 << 44 WHERE _key = 'b';
                """);
        }

        await using SqliteRecordStore again = await _folder.OpenAsync();
        IReadOnlyList<string> problems = await again.VerifyIntegrityAsync();
        Assert.Contains(problems, problem => problem.Contains("siblings they count", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("journal", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("author", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("replicas", StringComparison.Ordinal));
        SyncException read = await Assert.ThrowsAsync<SyncException>(async () => await again.GetAsync(Scope, Key("a")));
        Assert.Equal(SyncErrorCode.StoreCorrupt, read.Code);
    }

    [Fact]
    public async Task A_value_too_large_for_the_store_is_refused()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await using IStoreTransaction t = await store.BeginAsync();
        SyncException failure = await Assert.ThrowsAsync<SyncException>(
            async () => await t.SetLocalAsync("area", "key", new byte[1_000_000_001]));
        Assert.Equal(SyncErrorCode.TooLarge, failure.Code);
    }

    private static ScopeState Large() =>
        new() { Knowledge = VersionVector.Of([.. Enumerable.Range(0, 100_000).Select(i => new Dot(i, 1))]) };

    private static async Task AssertHoldsAsync(SqliteRecordStore store, long counter)
    {
        await using IStoreSnapshot s = await store.ReadAsync();
        Assert.Equal(counter, s.Counter);
        Assert.Equal(counter, (await s.GetScopeAsync(Scope)).Knowledge[0]);
        Assert.Equal(counter, (await s.GetJournalStatusAsync()).PendingCount);
    }
}
