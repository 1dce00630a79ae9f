using System.Globalization;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class CrashTests : IDisposable
{
    private const int Rounds = 5;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_committed_is_whole_after_a_kill_at_any_moment()
    {
        var random = new Random(17);
        long acknowledged = 0;
        for (int round = 0; round < Rounds; round++)
        {
            using (CrashChild child = CrashChild.Start("write", _folder.Database))
            {
                string? opened = await child.ReadAsync();
                Assert.StartsWith("open ", opened, StringComparison.Ordinal);
                Assert.True(Number(opened![5..]) >= acknowledged);
                for (int i = random.Next(5, 200); i > 0; i--)
                {
                    acknowledged = Number((await child.ReadAsync())!);
                }

                List<string> rest = await child.KillAsync();
                acknowledged = rest.Count > 0 ? Number(rest[^1]) : acknowledged;
            }

            await using SqliteRecordStore store = await _folder.OpenAsync();
            await AssertWholeAsync(store, acknowledged);
        }
    }

    [Fact]
    public async Task What_was_not_committed_is_gone_after_a_kill_and_the_lock_with_it()
    {
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            await store.PutAsync("a", Score(1), Durability.Full);
        }

        using (CrashChild child = CrashChild.Start("hold", _folder.Database))
        {
            Assert.Equal("open 1", await child.ReadAsync());
            Assert.Equal("holding 2", await child.ReadAsync());

            // While the child lives, it alone writes; others may look.
            SyncException locked = await Assert.ThrowsAsync<SyncException>(() => _folder.OpenAsync());
            Assert.Equal(SyncErrorCode.StoreLocked, locked.Code);
            await using (SqliteRecordStore reader = await _folder.OpenReadOnlyAsync())
            {
                Assert.NotNull(await reader.GetAsync(Scope, Key("a")));
                Assert.Null(await reader.GetAsync(Scope, Key("uncommitted")));
            }

            await child.KillAsync();
        }

        await using SqliteRecordStore after = await _folder.OpenAsync();
        Assert.Null(await after.GetAsync(Scope, Key("uncommitted")));
        await AssertCountAsync(after, 1);
        Assert.Equal(new Dot(0, 2), await after.PutAsync("b", Score(1)));
    }

    private static async Task AssertWholeAsync(SqliteRecordStore store, long acknowledged)
    {
        Assert.Empty(await store.VerifyIntegrityAsync());
        await using IStoreSnapshot s = await store.ReadAsync();

        // One commit may have got through without its report.
        Assert.InRange(s.Counter, acknowledged, acknowledged + 20);
        Assert.Equal(s.Counter, (await s.GetScopeAsync(Scope)).Knowledge[0]);
        IReadOnlyList<JournalEntry> journal = await s.ReadJournalAsync(0, int.MaxValue);
        Assert.Equal(Enumerable.Range(1, (int)s.Counter).Select(i => (long)i), journal.Select(entry => entry.Dot.Counter));
        RangeSlice records = await s.ReadRangeAsync(Scope, KeyRange.All, new ReadBudget(int.MaxValue));
        Assert.Equal(s.Counter, records.Records.Count);
    }

    private static async Task AssertCountAsync(SqliteRecordStore store, long counter)
    {
        await using IStoreSnapshot s = await store.ReadAsync();
        Assert.Equal(counter, s.Counter);
        Assert.Equal(counter, (await s.GetJournalStatusAsync()).PendingCount);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
