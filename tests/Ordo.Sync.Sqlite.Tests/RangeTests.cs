using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class RangeTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ranges_come_in_utf8_order_over_collections_tombstones_included()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        RecordKey[] keys =
        [
            new("Zebra", "a"), new("grades", "a"), new("grades", "a/b"), new("grades", "z"), new("grades", "\uffee"),
            new("grades", "\U0001F600"), new("posts", "A"),
        ];
        await store.WriteAsync(async t =>
        {
            for (int i = keys.Length - 1; i >= 0; i--)
            {
                byte[] payload = i % 2 == 0 ? [] : Score(i);
                await t.PutAsync(Scope, new StoredRecord(keys[i], [Version(new Dot(0, i + 1), payload)]));
                await t.PutAsync("other", new StoredRecord(keys[i], [Version(new Dot(1, i + 1), payload)]));
            }
        });
        await using IStoreSnapshot s = await store.ReadAsync();
        Assert.Equal(keys, await ReadAsync(s, KeyRange.All, new ReadBudget(int.MaxValue)));
        Assert.Equal(keys, await ReadAsync(s, KeyRange.All, new ReadBudget(1)));
        Assert.Equal(keys, await ReadAsync(s, KeyRange.All, new ReadBudget(int.MaxValue, 2)));
        Assert.Equal(keys[2..6], await ReadAsync(s, new KeyRange(keys[1], keys[5]), new ReadBudget(int.MaxValue)));
        Assert.Equal(keys[4..], await ReadAsync(s, new KeyRange(new RecordKey("grades", "zz"), null), new ReadBudget(100)));
        Assert.Empty(await ReadAsync(s, new KeyRange(keys[6], null), new ReadBudget(100)));
        RangeSlice exact = await s.ReadRangeAsync(Scope, KeyRange.All, new ReadBudget(int.MaxValue, keys.Length));
        Assert.True(exact.IsLast);
        Assert.True((await s.ReadRangeAsync("nowhere", KeyRange.All, new ReadBudget(1))).IsLast);
    }

    private static async Task<List<RecordKey>> ReadAsync(IStoreSnapshot snapshot, KeyRange range, ReadBudget budget)
    {
        var keys = new List<RecordKey>();
        while (true)
        {
            RangeSlice slice = await snapshot.ReadRangeAsync(Scope, range, budget);
            keys.AddRange(slice.Records.Select(record => record.Key));
            if (slice.IsLast)
            {
                return keys;
            }

            Assert.NotEmpty(slice.Records);
            range = range with { After = slice.Records[^1].Key };
        }
    }
}
