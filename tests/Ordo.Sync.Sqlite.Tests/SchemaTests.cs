using System.Globalization;
using System.IO.Compression;
using Microsoft.Data.Sqlite;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class SchemaTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Every version before this one.</summary>
    public static TheoryData<int> Earlier => new(Enumerable.Range(1, SchemaHistory.Current.Newest - 1));

    [Theory]
    [MemberData(nameof(Earlier))]
    public async Task A_store_of_every_earlier_schema_is_migrated_with_all_it_holds(int version)
    {
        Unpack(version);
        for (int opening = 0; opening < 2; opening++)
        {
            await using SqliteRecordStore store = await _folder.OpenAsync();
            await FixtureContent.AssertAsync(store);
            if (version > 1)
            {
                await FixtureContent.AssertConflictFreeAsync(store);
            }
        }

        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            Assert.Equal(new Dot(1, 22), await store.PutAsync("next", Score(1)));
            await store.WriteAsync(async t => Assert.Equal(13, await t.PruneJournalAsync(Scope, new Dot(1, 22))));
            Assert.Empty(await store.VerifyIntegrityAsync());
        }
    }

    [Theory]
    [MemberData(nameof(Earlier))]
    public async Task A_migrated_store_has_the_tables_and_views_of_a_new_one(int version)
    {
        string fresh = Path.Combine(_folder.Root, "new.db");
        await using (SqliteRecordStore store = await _folder.OpenAsync(new SqliteStoreOptions { Path = fresh }))
        {
            await FixtureContent.WriteAsync(store);
            await FixtureContent.AssertAsync(store);
            await FixtureContent.WriteConflictFreeAsync(store);
            await FixtureContent.AssertConflictFreeAsync(store);
        }

        Unpack(version);
        await (await _folder.OpenAsync()).DisposeAsync();
        Assert.Equal(Shape(fresh), Shape(_folder.Database));
    }

    [Fact]
    public async Task An_index_called_as_a_column_of_a_later_schema_gives_way()
    {
        Unpack(2);
        using (SqliteConnection plain = PlainSql.Open(_folder.Database, readOnly: false))
        {
            PlainSql.Execute(
                plain,
                """
                DROP VIEW ordo_view_grades;
                DROP INDEX ordo_index_1_score;
                ALTER TABLE grades RENAME COLUMN score TO "_Carrier";
                CREATE INDEX "ordo_index_1__Carrier" ON grades(_scope, "_Carrier", _key) WHERE _deleted = 0;
                UPDATE ordo_index SET column_name = '_Carrier' WHERE field = 'score';
                """);
        }

        await using SqliteRecordStore store = await _folder.OpenAsync();
        await FixtureContent.AssertAsync(store);
        await store.DefineCollectionAsync(Declare(new IndexDefinition("name", IndexType.Text)));
        await FixtureContent.AssertConflictFreeAsync(store);
    }

    [Fact]
    public async Task A_carrier_among_the_siblings_moves_into_the_row_when_its_record_is_written_again()
    {
        Unpack(2);
        await using SqliteRecordStore store = await _folder.OpenAsync();
        Assert.Equal(6, Siblings());
        foreach (string key in (string[])["near", "later", "apart"])
        {
            await store.WriteAsync(async t =>
            {
                StoredRecord record = (await t.GetAsync("course/BBB", Key(key)))!;
                await t.PutAsync("course/BBB", record);
            });
        }

        // Left are the pair in conflict, and of the record with two carriers all but the greatest.
        Assert.Equal(3, Siblings());
        await FixtureContent.AssertConflictFreeAsync(store);
        Assert.Empty(await store.VerifyIntegrityAsync());
    }

    [Theory]
    [MemberData(nameof(Earlier))]
    public async Task A_store_of_an_earlier_schema_is_read_only_after_it_was_opened_for_writing(int version)
    {
        Unpack(version);
        SyncException exception = await Assert.ThrowsAsync<SyncException>(() => _folder.OpenReadOnlyAsync());
        Assert.Equal(SyncErrorCode.StoreUnavailable, exception.Code);
        Assert.Contains("Open it for writing once", exception.Message, StringComparison.Ordinal);
        await (await _folder.OpenAsync()).DisposeAsync();
        await using SqliteRecordStore reader = await _folder.OpenReadOnlyAsync();
        await FixtureContent.AssertAsync(reader);
    }

    // Columns that came later stand behind those of indexes; their order means nothing.
    private static List<string> Shape(string path)
    {
        using SqliteConnection plain = PlainSql.Open(path);
        return
        [
            .. PlainSql.Query(
                plain,
                """
                SELECT type, name, tbl_name, sql FROM sqlite_schema
                WHERE type <> 'table' OR name NOT IN (SELECT table_name FROM ordo_collection) ORDER BY type, name
                """),
            .. PlainSql.Query(
                plain,
                """
                SELECT c.table_name, i.name, i.type, i."notnull", i.pk
                FROM ordo_collection c JOIN pragma_table_info(c.table_name) i ORDER BY c.table_name, i.name
                """),
        ];
    }

    private long Siblings()
    {
        using SqliteConnection plain = PlainSql.Open(_folder.Database);
        return long.Parse(PlainSql.Query(plain, "SELECT count(*) FROM ordo_sibling")[0], CultureInfo.InvariantCulture);
    }

    private void Unpack(int version)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"schema-{version}.db.gz");
        using FileStream packed = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Fixtures", name));
        using var content = new GZipStream(packed, CompressionMode.Decompress);
        using FileStream file = File.Create(_folder.Database);
        content.CopyTo(file);
    }
}
