using Microsoft.Data.Sqlite;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class CollectionTests : IDisposable
{
    private static readonly IndexDefinition Score = new("score", IndexType.Integer);

    private static readonly string[] OddFields = ["_KEY", "rowid", "Name", "name", "a \"b\"; --"];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_collection_can_be_read_with_plain_sql_while_the_app_writes()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.DefineCollectionAsync(Declare(Score, new IndexDefinition("address.city", IndexType.Text)));
        await store.PutAsync("a", Payload(("score", 78), ("note", "kept in the payload")));
        await store.PutAsync("b", Payload(("score", 41)));
        await store.WriteAsync(async t =>
        {
            await t.PutAsync(Scope, Tombstone("c", t.NextDots()));
            RecordVersion[] siblings = [Version(new Dot(0, 9), Sample.Score(5)), Version(new Dot(1, 1), Sample.Score(6))];
            await t.PutAsync(Scope, Siblings("d", siblings));
        });
        using SqliteConnection plain = PlainSql.Open(_folder.Database);
        Assert.Equal(
            ["a|78|0|0", "b|41|0|0", "c|null|1|0", "d|6|0|1"],
            PlainSql.Query(plain, "SELECT _key, score, _deleted, _conflict FROM grades ORDER BY _key"));
        Assert.Equal(
            ["course/AAA|a|1970-01-01T00:00:01.000Z|ada|78|null"],
            PlainSql.Query(
                plain,
                """SELECT _scope, _key, _time, _author, score, "address.city" FROM ordo_view_grades WHERE score > 50"""));
        Assert.Equal(
            ["integer"], PlainSql.Query(plain, "SELECT DISTINCT typeof(score) FROM grades WHERE score IS NOT NULL"));
        Assert.Equal([$"{Scope}|{store.Replica}|2"], PlainSql.Query(plain, "SELECT scope, replica, known FROM ordo_knowledge"));
        Assert.Equal(
            [
                $"{Scope}|grades|a|{store.Replica}|1|1970-01-01T00:00:01.000Z|put",
                $"{Scope}|grades|b|{store.Replica}|2|1970-01-01T00:00:01.000Z|put",
            ],
            PlainSql.Query(
                plain, "SELECT scope, collection, key, replica, counter, time, kind FROM ordo_journal ORDER BY sequence"));
        Assert.Equal([$"{Scope}|2"], PlainSql.Query(plain, "SELECT scope, journal_count FROM ordo_scope_status"));
        Assert.Equal(
            [$"{store.Replica}|3|2"],
            PlainSql.Query(plain, "SELECT replica, counter, journal_count FROM ordo_store_status"));
    }

    [Fact]
    public async Task An_index_that_is_new_is_filled_and_one_no_longer_declared_is_dropped()
    {
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            await store.WriteAsync(async t =>
            {
                for (int i = 0; i < 100; i++)
                {
                    await t.PutAsync($"{i}", i == 50 ? [0xc1] : Sample.Score(i));
                }
            });
            await store.DefineCollectionAsync(Declare(Score));
            await store.DefineCollectionAsync(Declare(Score));
            Assert.Equal(["7"], await FindAsync(store, 7));
        }

        await using SqliteRecordStore again = await _folder.OpenAsync();
        Assert.Equal(["8"], await FindAsync(again, 8));
        await again.PutAsync("8", Sample.Score(7));
        Assert.Equal(["7", "8"], await FindAsync(again, 7));

        await again.DefineCollectionAsync(Declare(new IndexDefinition("score", IndexType.Text)));
        Assert.Empty(await FindAsync(again, 7));
        await again.DefineCollectionAsync(Declare());
        await Assert.ThrowsAsync<ArgumentException>(() => FindAsync(again, 7));
        using SqliteConnection plain = PlainSql.Open(_folder.Database);
        Assert.DoesNotContain("score", PlainSql.Query(plain, "SELECT name FROM pragma_table_info('grades')"));
        Assert.Empty(await again.VerifyIntegrityAsync());
    }

    [Fact]
    public async Task Fields_named_like_columns_of_the_store_or_like_each_other_have_columns_of_their_own()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        IndexDefinition[] indexes = [.. OddFields.Select(field => new IndexDefinition(field, IndexType.Integer))];
        await store.DefineCollectionAsync(Declare(indexes));
        byte[] payload = Payload([.. indexes.Select((index, i) => (index.Field, (object?)i))]);
        await store.PutAsync("a", payload);
        for (int i = 0; i < indexes.Length; i++)
        {
            Assert.Equal(["a"], await FindAsync(store, i, indexes[i].Field));
        }

        Assert.NotNull(await store.GetAsync(Scope, Key("a")));
        await store.DefineCollectionAsync(Declare(indexes[4], indexes[2]));
        Assert.Equal(["a"], await FindAsync(store, 4, indexes[4].Field));
    }

    [Theory]
    [InlineData("score", "score")]
    [InlineData("")]
    [InlineData("a\0b")]
    public async Task A_schema_that_cannot_be_is_refused(params string[] fields)
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        CollectionSchema schema = Declare([.. fields.Select(field => new IndexDefinition(field, IndexType.Text))]);
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.DefineCollectionAsync(schema));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await store.DefineCollectionAsync(new CollectionSchema("sqlite_x", [])));
    }

    [Fact]
    public async Task A_snapshot_goes_on_with_the_indexes_it_began_with()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.DefineCollectionAsync(Declare(Score));
        await store.PutAsync("a", Sample.Score(1));
        await using IStoreSnapshot old = await store.ReadAsync();
        await store.DefineCollectionAsync(Declare());
        var query = new RecordQuery("grades", 10) { OrderBy = "score" };
        Assert.Equal(["a"], (await old.QueryAsync(Scope, query)).Keys());
    }

    private static async Task<IEnumerable<string>> FindAsync(SqliteRecordStore store, int value, string field = "score")
    {
        await using IStoreSnapshot s = await store.ReadAsync();
        var condition = new IndexCondition(field, IndexValue.Of(value), IndexValue.Of(value));
        return (await s.QueryAsync(Scope, new RecordQuery("grades", 10) { Conditions = [condition] })).Keys();
    }
}
