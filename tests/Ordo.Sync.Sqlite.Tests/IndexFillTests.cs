using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

/// <summary>Alone: what SQLite's memory counts is that of the whole process.</summary>
[Collection(AloneCollection.Name)]
public sealed class IndexFillTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_reader_goes_on_beside_a_writer_that_fills_an_index_of_100000_records_in_bounded_memory()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        for (int part = 0; part < 10; part++)
        {
            await store.WriteAsync(async t =>
            {
                for (int i = 0; i < 10_000; i++)
                {
                    int number = (part * 10_000) + i;
                    await t.PutAsync(Scope, Record($"{number}", t.NextDots(), Score(number)));
                }
            });
        }

        SQLitePCL.raw.sqlite3_memory_highwater(1);
        Task define = Task.Run(async () =>
            await store.DefineCollectionAsync(Declare(new IndexDefinition("score", IndexType.Integer))));
        int reads = 0;
        do
        {
            Assert.NotNull(await store.GetAsync(Scope, Key($"{reads * 7919 % 100_000}")));
            await using IStoreSnapshot s = await store.ReadAsync();
            Assert.Equal(100_000, s.Counter);
            reads++;
        }
        while (!define.IsCompleted);

        // A reader that waited for the writer would have come back once.
        Assert.True(reads > 20, $"{reads} reads");
        await define;
        Assert.InRange(SQLitePCL.raw.sqlite3_memory_highwater(0), 1, 40 * 1024 * 1024);
        await using IStoreSnapshot after = await store.ReadAsync();
        var query = new RecordQuery("grades", 9)
        {
            Conditions = [new IndexCondition("score", IndexValue.Of(99_998), null)],
            OrderBy = "score",
        };
        Assert.Equal(["99998", "99999"], (await after.QueryAsync(Scope, query)).Keys());
    }
}
