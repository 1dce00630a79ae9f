using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Tests;

/// <summary>What a power cut leaves of the log: its last pages missing, torn, or full of something else.</summary>
public sealed class TornLogTests : IDisposable
{
    private const int Commits = 12;

    private readonly TestFolder _folder = new();
    private ReplicaId _origin;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_log_cut_anywhere_opens_with_whole_commits_from_the_first_on()
    {
        byte[] log = await WriteAsync();
        var random = new Random(7);
        int most = 0;
        for (int trial = 0; trial < 40; trial++)
        {
            int length = trial == 0 ? log.Length : random.Next(log.Length);
            most = Math.Max(most, await CountCommitsAsync($"cut-{trial}", log.AsMemory(0, length)));
        }

        Assert.Equal(Commits, most);
    }

    [Fact]
    public async Task A_damaged_page_of_the_log_ends_it_and_no_commit_is_half_there()
    {
        byte[] log = await WriteAsync();
        var random = new Random(11);
        var counts = new HashSet<int>();
        for (int trial = 0; trial < 40; trial++)
        {
            byte[] damaged = [.. log];
            random.NextBytes(damaged.AsSpan(random.Next(damaged.Length / 2, damaged.Length - 512), 512));
            counts.Add(await CountCommitsAsync($"damaged-{trial}", damaged));
        }

        Assert.True(counts.Count > 1, "The damage hit the same commit each time, or none.");
    }

    private string FileOf(string name) => Path.Combine(_folder.Root, $"{name}.db");

    // The files as they stand while the store is open, when all commits are in the log.
    private async Task<byte[]> WriteAsync()
    {
        await using var store = new SqliteRecordStore(new SqliteStoreOptions { Path = FileOf("origin") });
        await store.OpenAsync();
        _origin = store.Replica;
        await store.CheckpointAsync();
        File.Copy(store.Name, FileOf("copy"));
        for (int commit = 0; commit < Commits; commit++)
        {
            await store.WriteAsync(
                async transaction =>
                {
                    await transaction.PutAsync($"{commit}/a", Sample.Score(commit));
                    await transaction.PutAsync($"{commit}/b", Sample.Score(commit));
                },
                Durability.Full);
        }

        // SQLite ignores what follows the last commit, and so does this test.
        byte[] log = await ReadSharedAsync(store.Name + "-wal");
        int end = log.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        return log[..end];
    }

    private async Task<int> CountCommitsAsync(string name, ReadOnlyMemory<byte> log)
    {
        string file = FileOf(name);
        File.Copy(FileOf("copy"), file);
        await File.WriteAllBytesAsync(file + "-wal", log.ToArray());
        await using var store = new SqliteRecordStore(new SqliteStoreOptions { Path = file });
        await store.OpenAsync();
        Assert.Empty(await store.VerifyIntegrityAsync());
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        RangeSlice held = await snapshot.ReadRangeAsync(Sample.Scope, KeyRange.All, new ReadBudget(int.MaxValue));
        int commits = held.Records.Count / 2;
        string[] expected = [.. Enumerable.Range(0, commits).SelectMany(i => (string[])[$"{i}/a", $"{i}/b"])];
        Assert.Equal(expected.Order(StringComparer.Ordinal), held.Records.Keys());
        Assert.Equal(commits * 2, (await snapshot.GetJournalStatusAsync()).PendingCount);

        // A copy is a replica of its own; what it claims of the origin's writes is what it holds of them.
        ScopeState state = await snapshot.GetScopeAsync(Sample.Scope);
        int origin = snapshot.Replicas.IndexOf(_origin);
        Assert.Equal(commits * 2, origin < 0 ? 0 : state.Knowledge[origin]);

        // What was torn off may be written again.
        await store.PutAsync("after", Sample.Score(1), Durability.Full);
        return commits;
    }

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
