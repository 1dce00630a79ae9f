using System.Globalization;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Tests;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.Tests;

public sealed class CrashTests : IDisposable
{
    private const string RoundsVariable = "ORDO_KILL_ROUNDS";
    private const int RoundsDefault = 6;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_committed_is_whole_after_a_kill_at_any_moment()
    {
        string? setting = Environment.GetEnvironmentVariable(RoundsVariable);
        int rounds = setting is { Length: > 0 } ? (int)Number(setting) : RoundsDefault;
        var random = new Random(17);
        long acknowledged = 0;
        for (int round = 0; round < rounds; round++)
        {
            using (CrashChild child = CrashChild.Start("write", _folder.Store))
            {
                string? opened = await child.ReadAsync();
                Assert.StartsWith("open ", opened, StringComparison.Ordinal);
                Assert.True(Number(opened![5..]) >= acknowledged, $"{opened}, {acknowledged} acknowledged");
                for (int i = random.Next(5, 400); i > 0; i--)
                {
                    acknowledged = Number((await child.ReadAsync())!);
                }

                List<string> rest = await child.KillAsync();
                acknowledged = rest.Count > 0 ? Number(rest[^1]) : acknowledged;
            }

            await using FasterRecordStore store = await _folder.OpenAsync();
            await AssertWholeAsync(store, acknowledged);
        }
    }

    [Fact]
    public async Task What_was_not_committed_is_gone_after_a_kill_and_the_lock_with_it()
    {
        await using (FasterRecordStore store = await _folder.OpenAsync())
        {
            await store.PutAsync("a", Sample.Bytes(1), Durability.Full);
        }

        using (CrashChild child = CrashChild.Start("hold", _folder.Store))
        {
            Assert.Equal("open 1", await child.ReadAsync());
            Assert.Equal("holding", await child.ReadAsync());
            SyncException locked = await Assert.ThrowsAsync<SyncException>(() => _folder.OpenAsync());
            Assert.Equal(SyncErrorCode.StoreLocked, locked.Code);
            await child.KillAsync();
        }

        await using FasterRecordStore after = await _folder.OpenAsync();
        Assert.Null(await after.GetAsync(Sample.Scope, Sample.Key("uncommitted")));
        Assert.NotNull(await after.GetAsync(Sample.Scope, Sample.Key("a")));
    }

    private static async Task AssertWholeAsync(FasterRecordStore store, long acknowledged)
    {
        await using IStoreSnapshot s = await store.ReadAsync();

        // One commit may have got through without its report. Every write took two dots: its own and that of 'last'.
        Assert.InRange(s.Counter, acknowledged, acknowledged + 40);
        Assert.Equal(0, s.Counter % 2);
        Assert.Equal(s.Counter / 2, (await s.GetJournalStatusAsync()).PendingCount);
        RangeSlice records = await s.ReadRangeAsync(Sample.Scope, KeyRange.All, new ReadBudget(int.MaxValue));
        Assert.Equal((s.Counter / 2) + 1, records.Records.Count);
        foreach (StoredRecord record in records.Records)
        {
            bool isLast = record.Key.Key == "last";
            int number = (int)record.Greatest.Dot.Counter;
            Assert.Equal(Sample.Bytes(number, isLast ? 3_000 : 300), record.Greatest.Payload.ToArray());
            Assert.True(isLast ? number == s.Counter : record.Key.Key == $"{number}");
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
