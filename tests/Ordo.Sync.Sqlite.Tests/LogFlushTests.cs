using Ordo.Sync.Errors;
using Ordo.Sync.Sqlite.Maintenance;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

/// <summary>Commits that are flushed beside the writer: what is told to be on the disk is, and a flush that failed is not forgotten.</summary>
public sealed class LogFlushTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_flush_serves_all_that_were_committed_when_it_began_and_nobody_who_came_later()
    {
        using var begun = new SemaphoreSlim(0);
        using var end = new SemaphoreSlim(0);
        LogFlusher flusher = NewHeld(begun, end);
        Assert.True(flusher.WaitAsync().IsCompletedSuccessfully);
        flusher.Count(isDurable: false);
        Task first = flusher.WaitAsync();
        Assert.True(await begun.WaitAsync(Patience));
        flusher.Count(isDurable: false);
        Task[] later = [flusher.WaitAsync(), flusher.WaitAsync()];
        Assert.False(first.IsCompleted);

        end.Release();
        await first.WaitAsync(Patience);
        Assert.True(await begun.WaitAsync(Patience));
        Assert.DoesNotContain(later, task => task.IsCompleted);
        end.Release();
        await Task.WhenAll(later).WaitAsync(Patience);

        // Nothing is left to be flushed, neither for those who ask now nor at the end.
        Assert.True(flusher.WaitAsync().IsCompletedSuccessfully);
        flusher.Flush();
        flusher.Stop();
        Assert.Equal(0, begun.CurrentCount);
    }

    [Fact]
    public async Task A_flush_that_failed_is_told_to_all_until_the_log_is_known_to_be_sound_again()
    {
        bool fails = true;
        var flusher = new LogFlusher(() => { if (fails) { throw new IOException("The disk is gone."); } }, "store");
        flusher.Count(isDurable: false);
        await Assert.ThrowsAsync<IOException>(() => flusher.WaitAsync().WaitAsync(Patience));
        fails = false;
        flusher.Count(isDurable: false);
        await Assert.ThrowsAsync<IOException>(flusher.WaitAsync);
        Assert.Throws<IOException>(flusher.Flush);
        flusher.Trust();
        flusher.Count(isDurable: false);
        await flusher.WaitAsync().WaitAsync(Patience);
        flusher.Stop();
    }

    [Fact]
    public async Task A_flusher_that_stops_serves_who_waits()
    {
        using var begun = new SemaphoreSlim(0);
        using var end = new SemaphoreSlim(0);
        LogFlusher flusher = NewHeld(begun, end);
        flusher.Count(isDurable: false);
        Task waiting = flusher.WaitAsync();
        Assert.True(await begun.WaitAsync(Patience));
        Task stopping = Task.Run(flusher.Stop, CancellationToken.None);
        end.Release();
        await stopping.WaitAsync(Patience);
        Assert.True(waiting.IsCompletedSuccessfully);
        flusher.Count(isDurable: false);
        Assert.Throws<ObjectDisposedException>(() => { _ = flusher.WaitAsync(); });
    }

    [Fact]
    public async Task After_a_flush_that_failed_all_moves_into_the_database_before_anything_is_written()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();

        // The second: a transaction begins at the level of the one before it.
        await store.PutAsync("first", Score(1));
        await store.PutAsync("a", Score(1));
        store.Flusher.Doubt(new SyncException(SyncErrorCode.StoreUnavailable, "The disk is gone.", "Look at it."));
        SyncException told = await Assert.ThrowsAsync<SyncException>(async () => await store.PersistAsync());
        Assert.Equal(SyncErrorCode.StoreUnavailable, told.Code);

        // Nothing may follow what the log may not hold, so a reader of the log stands in the way of writers.
        IStoreSnapshot snapshot = await store.ReadAsync();
        SyncException refused = await Assert.ThrowsAsync<SyncException>(() => store.PutAsync("b", Score(1)));
        Assert.Equal(SyncErrorCode.StoreUnavailable, refused.Code);
        Assert.NotNull(await snapshot.GetAsync(Scope, Key("a")));
        await snapshot.DisposeAsync();

        await using (IStoreTransaction transaction = await store.BeginAsync())
        {
            Assert.Equal(0, new FileInfo(_folder.Database + "-wal").Length);
            File.Copy(_folder.Database, Path.Combine(_folder.Root, "copy.db"));
        }

        await store.PutAsync("b", Score(1), Durability.Full);
        await store.PersistAsync();
        await using SqliteRecordStore copy = await _folder.OpenAsync(
            new SqliteStoreOptions { Path = Path.Combine(_folder.Root, "copy.db") });
        Assert.NotNull(await copy.GetAsync(Scope, Key("a")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_whose_own_flush_fails_says_that_it_stands_and_is_there_after_reopening(bool isSubmitted)
    {
        bool fails = false;
        await using (var store = new SqliteRecordStore(
            _folder.Options, timeProvider: null, entropy: null, SchemaHistory.Current, path => new FaultyLogFile(path, () => fails)))
        {
            await store.OpenAsync();

            // The second: a transaction begins at the level of the one before it, so its flush is the store's own.
            await store.PutAsync("first", Score(1));
            await store.PutAsync("second", Score(1));
            fails = true;
            SyncException told = await Assert.ThrowsAsync<SyncException>(() => WriteAsync(store, "doubtful", isSubmitted));
            Assert.Equal(SyncErrorCode.StoreUnavailable, told.Code);
            Assert.True(told.IsCommitted);
            Assert.NotNull(told.Hint);
            Assert.NotNull(await store.GetAsync(Scope, Key("doubtful")));

            // Nobody tells a peer of it; the next write needs a sound log, and gets one from the database.
            await Assert.ThrowsAsync<SyncException>(async () => await store.PersistAsync());
            fails = false;
            await WriteAsync(store, "after", isSubmitted: false);
            await store.PersistAsync();
        }

        await using SqliteRecordStore again = await _folder.OpenAsync();
        Assert.NotNull(await again.GetAsync(Scope, Key("doubtful")));
        Assert.NotNull(await again.GetAsync(Scope, Key("after")));
        await using IStoreSnapshot snapshot = await again.ReadAsync();
        Assert.Equal(4, snapshot.Counter);
        Assert.Equal(4, (await snapshot.GetJournalStatusAsync()).PendingCount);

        static async Task WriteAsync(SqliteRecordStore store, string key, bool isSubmitted)
        {
            await using IStoreTransaction transaction = await store.BeginAsync();
            await transaction.PutAsync(key, Score(1));
            if (isSubmitted)
            {
                await await transaction.SubmitAsync(Durability.Full);
                return;
            }

            await transaction.CommitAsync(Durability.Full);
        }
    }

    [Fact]
    public async Task Writers_who_wait_take_turns_while_the_commits_before_them_are_flushed()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        var commits = new List<Task>();
        IStoreTransaction first = await store.BeginAsync();
        for (int i = 0; i < 50; i++)
        {
            commits.Add(WriteAsync(store, $"{i}"));
        }

        await first.DisposeAsync();
        await Task.WhenAll(commits).WaitAsync(Patience);

        // What returned is on the disk, so nothing is waited for.
        Assert.True(store.PersistAsync().IsCompletedSuccessfully);
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        Assert.Equal(50, (await snapshot.GetJournalStatusAsync()).PendingCount);
        Assert.Equal(50, snapshot.Counter);
        Assert.Empty(await store.VerifyIntegrityAsync());

        static async Task WriteAsync(SqliteRecordStore store, string key) => await store.PutAsync(key, Score(1), Durability.Full);
    }

    // Each of its flushes tells that it has begun and waits to be ended.
    private static LogFlusher NewHeld(SemaphoreSlim begun, SemaphoreSlim end) => new(
        () =>
        {
            begun.Release();
            end.Wait();
        },
        "store");
}
