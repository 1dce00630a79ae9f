using Microsoft.Data.Sqlite;
using Ordo.Sync.Errors;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class OpeningTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_store_is_made_with_its_folders_and_keeps_its_identity()
    {
        string path = Path.Combine(_folder.Root, "a", "b", "store.db");
        var options = new SqliteStoreOptions { ConnectionString = $"Data Source={path}" };
        await using SqliteRecordStore store = await _folder.OpenAsync(options);
        Sync.Causality.ReplicaId id = store.Replica;
        Assert.Equal(path, store.Name);
        await store.DisposeAsync();
        await using SqliteRecordStore again = await _folder.OpenAsync(options);
        Assert.Equal(id, again.Replica);
        using SqliteConnection plain = PlainSql.Open(path);
        Assert.Equal(["3"], PlainSql.Query(plain, "PRAGMA user_version"));
        Assert.Equal(["3"], PlainSql.Query(plain, "SELECT value FROM ordo_meta WHERE key = 'schema_version'"));
    }

    [Theory]
    [InlineData("not a database")]
    [InlineData("This text is longer than the head of a database, which has a hundred bytes: SQLite reads all of it at once.")]
    public async Task A_file_that_is_no_database_is_corrupt_and_stays_as_it_is(string content)
    {
        await File.WriteAllTextAsync(_folder.Database, content);
        SyncException exception = await Assert.ThrowsAsync<SyncException>(() => _folder.OpenAsync());
        Assert.Equal(SyncErrorCode.StoreCorrupt, exception.Code);
        Assert.Contains(_folder.Database, exception.Message, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(_folder.Database));
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused_and_stays_as_it_is()
    {
        using (SqliteConnection plain = PlainSql.Open(_folder.Database, readOnly: false))
        {
            PlainSql.Execute(plain, "CREATE TABLE mine(x)");
        }

        byte[] before = await File.ReadAllBytesAsync(_folder.Database);
        SyncException exception = await Assert.ThrowsAsync<SyncException>(() => _folder.OpenAsync());
        Assert.Equal(SyncErrorCode.StoreCorrupt, exception.Code);
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.Database));
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_too_new()
    {
        await (await _folder.OpenAsync()).DisposeAsync();
        using (SqliteConnection plain = PlainSql.Open(_folder.Database, readOnly: false))
        {
            PlainSql.Execute(plain, "PRAGMA user_version = 99");
        }

        SyncException exception = await Assert.ThrowsAsync<SyncException>(() => _folder.OpenAsync());
        Assert.Equal(SyncErrorCode.StoreTooNew, exception.Code);
    }

    [Fact]
    public async Task An_older_store_is_migrated_with_all_it_holds_and_a_failed_step_leaves_it_as_it_was()
    {
        await using (SqliteRecordStore old = await _folder.OpenAsync())
        {
            await old.PutAsync("a", Score(1));
        }

        var failing = new SchemaHistory([new CreateStore(), new GatherState(), new CarrierColumns(), new AddNote(), new Fail()]);
        await using (var store = new SqliteRecordStore(_folder.Options, null, null, failing))
        {
            await Assert.ThrowsAsync<SyncException>(async () => await store.OpenAsync());
        }

        // The first step stands, the second is undone whole.
        using (SqliteConnection plain = PlainSql.Open(_folder.Database))
        {
            Assert.Equal(["4"], PlainSql.Query(plain, "PRAGMA user_version"));
            Assert.Equal(["0"], PlainSql.Query(plain, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"));
        }

        var history = new SchemaHistory([new CreateStore(), new GatherState(), new CarrierColumns(), new AddNote()]);
        await using (var store = new SqliteRecordStore(_folder.Options, null, null, history))
        {
            await store.OpenAsync();
            Assert.NotNull(await store.GetAsync(Scope, Key("a")));
            Assert.Empty(await store.VerifyIntegrityAsync());
        }

        SyncException exception = await Assert.ThrowsAsync<SyncException>(() => _folder.OpenAsync());
        Assert.Equal(SyncErrorCode.StoreTooNew, exception.Code);
    }

    [Fact]
    public async Task A_second_store_over_one_file_is_locked_out_also_through_a_link()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        string link = Path.Combine(_folder.Root, "link.db");
        File.CreateSymbolicLink(link, _folder.Database);
        foreach (string path in (string[])[_folder.Database, link])
        {
            SyncException exception = await Assert.ThrowsAsync<SyncException>(
                () => _folder.OpenAsync(new SqliteStoreOptions { Path = path }));
            Assert.Equal(SyncErrorCode.StoreLocked, exception.Code);
            Assert.True(exception.IsTransient);
            Assert.Contains("ReadOnly", exception.Hint, StringComparison.Ordinal);
        }

        await store.PutAsync("a", Score(1));
        await store.DisposeAsync();
        await using SqliteRecordStore next = await _folder.OpenAsync();
        Assert.NotNull(await next.GetAsync(Scope, Key("a")));
    }

    [Fact]
    public async Task A_store_open_for_reading_follows_the_writer_and_does_not_write()
    {
        await using SqliteRecordStore writer = await _folder.OpenAsync();
        await using SqliteRecordStore reader = await _folder.OpenReadOnlyAsync();
        Assert.Equal(writer.Replica, reader.Replica);
        Assert.Null(await reader.GetAsync(Scope, Key("a")));
        await writer.DefineCollectionAsync(Declare(new IndexDefinition("score", IndexType.Integer)));
        await writer.PutAsync("a", Score(1));
        Assert.NotNull(await reader.GetAsync(Scope, Key("a")));
        await using (IStoreSnapshot s = await reader.ReadAsync())
        {
            Assert.Equal(1, (await s.GetScopeAsync(Scope)).Knowledge[0]);
            Assert.Equal(["a"], (await s.QueryAsync(Scope, new RecordQuery("grades", 9) { OrderBy = "score" })).Keys());
        }

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.BeginAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await reader.DefineCollectionAsync(new CollectionSchema("new", [])));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.CompactAsync());
        Assert.Empty(await reader.VerifyIntegrityAsync());
    }

    [Fact]
    public async Task A_store_nobody_has_open_can_be_read()
    {
        await using (SqliteRecordStore writer = await _folder.OpenAsync())
        {
            await writer.PutAsync("a", Score(1));
        }

        await using SqliteRecordStore reader = await _folder.OpenReadOnlyAsync();
        Assert.NotNull(await reader.GetAsync(Scope, Key("a")));
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_read_and_a_folder_is_no_file()
    {
        SyncException missing = await Assert.ThrowsAsync<SyncException>(() => _folder.OpenReadOnlyAsync());
        Assert.Equal(SyncErrorCode.StoreUnavailable, missing.Code);
        SyncException folder = await Assert.ThrowsAsync<SyncException>(
            () => _folder.OpenAsync(new SqliteStoreOptions { Path = _folder.Root }));
        Assert.Equal(SyncErrorCode.StoreUnavailable, folder.Code);
        await File.WriteAllTextAsync(Path.Combine(_folder.Root, "file"), "x");
        SyncException below = await Assert.ThrowsAsync<SyncException>(
            () => _folder.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(_folder.Root, "file", "store.db") }));
        Assert.Equal(SyncErrorCode.StoreUnavailable, below.Code);
        Assert.NotNull(below.Hint);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("a.db", "Data Source=b.db")]
    [InlineData(":memory:", null)]
    [InlineData("file:a.db?mode=memory", null)]
    [InlineData(null, "Data Source=a.db;Mode=Memory")]
    [InlineData(null, "Data Source=a.db;Cache=Shared")]
    [InlineData(null, "Data Source=a.db;Password=secret")]
    public void Options_that_name_no_file_or_have_no_effect_are_refused(string? path, string? connectionString)
    {
        var options = new SqliteStoreOptions { Path = path, ConnectionString = connectionString };
        Assert.Throws<ArgumentException>(() => new SqliteRecordStore(options));
    }

    [Fact]
    public void Options_outside_their_range_are_refused()
    {
        SqliteStoreOptions[] wrong =
        [
            new() { Path = "a", CacheSizeKiB = 63 },
            new() { Path = "a", ReaderCacheSizeKiB = -1 },
            new() { Path = "a", IdleReadersMax = 0 },
            new() { Path = "a", BusyTimeout = TimeSpan.FromHours(1) },
            new() { Path = "a", CheckpointAfterKiB = 100, WalSizeMaxKiB = 99 },
            new() { Path = "a", SizeMaxKiB = -1 },
        ];
        Assert.All(wrong, options => Assert.Throws<ArgumentException>(() => new SqliteRecordStore(options)));
    }

    [Fact]
    public async Task A_connection_string_may_ask_for_reading_only()
    {
        await (await _folder.OpenAsync()).DisposeAsync();
        string text = $"Data Source={_folder.Database};Mode=ReadOnly;Default Timeout=1";
        await using SqliteRecordStore reader = await _folder.OpenAsync(new SqliteStoreOptions { ConnectionString = text });
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.BeginAsync());
    }

    private sealed class AddNote : Migration
    {
        public override int Version => 4;

        public override void Apply(Connection connection, MigrationContext context) =>
            connection.Execute("CREATE TABLE ordo_note(text TEXT)");
    }

    private sealed class Fail : Migration
    {
        public override int Version => 5;

        public override void Apply(Connection connection, MigrationContext context) =>
            connection.Execute("CREATE TABLE half(x); CREATE TABLE half(x)");
    }
}
