using System.Globalization;
using System.IO.Compression;
using Microsoft.Data.Sqlite;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Sqlite.Schema;
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
        }

        Unpack(version);
        await (await _folder.OpenAsync()).DisposeAsync();
        Assert.Equal(Shape(fresh), Shape(_folder.Database));
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

    private static List<string> Shape(string path)
    {
        using SqliteConnection plain = PlainSql.Open(path);
        return PlainSql.Query(plain, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
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
