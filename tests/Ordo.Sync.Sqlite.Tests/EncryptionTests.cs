using System.Text;
using Microsoft.Data.Sqlite;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class EncryptionTests : IDisposable
{
    private const string Marker = "Plaintext-marker-0451";

    private static readonly SqliteEncryptionKey First = KeyOf("first", 1);
    private static readonly SqliteEncryptionKey Second = KeyOf("second", 2);

    private static readonly CollectionSchema Schema = Declare(
        new IndexDefinition("name", IndexType.Text),
        new IndexDefinition("ratio", IndexType.Real),
        new IndexDefinition("score", IndexType.Integer));

    private readonly TestFolder _folder = new();

    // All but the lock, which its holder alone may read.
    private IEnumerable<string> Files =>
        Directory.GetFiles(_folder.Root).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_byte_of_what_records_hold_is_in_any_file_of_the_store()
    {
        await using (SqliteRecordStore store = await OpenAsync(First))
        {
            await store.DefineCollectionAsync(Schema);
            await WriteMarkersAsync(store);
            AssertNowhere();
            await store.BackupAsync(Path.Combine(_folder.Root, "backup.db"));
            await store.CheckpointAsync();
            await WriteMarkersAsync(store);
            AssertNowhere();
        }

        AssertNowhere();
        await using SqliteRecordStore again = await OpenAsync(First);
        Assert.Equal(Marker, await ReadNameAsync(again, "a"));
        await using IStoreSnapshot s = await again.ReadAsync();
        StoredRecord pair = (await s.GetAsync(Scope, Key("pair")))!;
        Assert.Equal([Marker + 1, Marker + 2], pair.Versions.Select(version => Text(version.Payload)));
        Assert.Equal(Marker, Text(pair.Versions[0].Annotations));
        Assert.Equal(Marker, Text(pair.ConflictFree));
        Assert.Equal(Marker, Text((await s.ReadJournalAsync(0, 99))[^1].Content));
        Assert.Equal(Marker, Text((await s.GetLocalAsync("inbox", "a"))!.Value));
        Assert.Equal([Marker, string.Empty], (await s.ListLocalAsync("inbox", null, 9)).Select(entry => Text(entry.Value)));
    }

    [Fact]
    public async Task The_same_marker_is_found_where_nothing_is_encrypted()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.DefineCollectionAsync(Schema);
        await WriteMarkersAsync(store);
        Assert.Contains(Files, file => Holds(file, Encoding.UTF8.GetBytes(Marker)));
    }

    [Fact]
    public async Task Plain_sql_sees_keys_and_times_but_only_ciphertext_of_what_records_hold()
    {
        await using SqliteRecordStore store = await OpenAsync(First);
        await store.DefineCollectionAsync(Schema);
        await store.PutAsync("a", Payload(("name", Marker), ("score", 7)));
        await store.PutAsync("b", Payload(("name", Marker), ("score", 8)));
        using SqliteConnection plain = PlainSql.Open(_folder.Database);
        Assert.Equal(
            [$"{Scope}|a|live|blob|blob|null", $"{Scope}|b|live|blob|blob|null"],
            PlainSql.Query(
                plain, "SELECT _scope, _key, _state, typeof(name), typeof(score), ratio FROM ordo_view_grades ORDER BY _key"));

        // Equal values have one token in one field, and sealed payloads are never alike.
        Assert.Equal(["1|2"], PlainSql.Query(plain, "SELECT count(DISTINCT name), count(DISTINCT score) FROM grades"));
        Assert.Equal(["0"], PlainSql.Query(plain, "SELECT count(*) FROM grades WHERE instr(_payload, CAST('name' AS BLOB)) > 0"));
    }

    [Fact]
    public async Task Encrypted_indexes_answer_equality_and_refuse_order()
    {
        await using SqliteRecordStore store = await OpenAsync(First);
        await store.PutAsync("late", Payload(("name", "x"), ("score", 7), ("ratio", 2)));
        await store.DefineCollectionAsync(Schema);
        for (int i = 0; i < 20; i++)
        {
            await store.PutAsync($"k{i:D2}", Payload(("name", $"n{i % 4}"), ("score", i % 5), ("ratio", i % 2 == 0 ? 0.5 : -0.0)));
        }

        await using IStoreSnapshot s = await store.ReadAsync();
        Assert.Equal(["late"], await FindAsync("score", IndexValue.Of(7)));
        Assert.Equal(["late"], await FindAsync("score", IndexValue.Of(7.0)));
        Assert.Equal(["late"], await FindAsync("ratio", IndexValue.Of(2)));
        Assert.Equal(10, (await FindAsync("ratio", IndexValue.Of(0))).Length);
        Assert.Equal(["k03", "k07", "k11", "k15", "k19"], await FindAsync("name", IndexValue.Of("n3")));
        Assert.Empty(await FindAsync("score", IndexValue.Of(7.5)));
        Assert.Empty(await FindAsync("score", IndexValue.Of("7")));
        Assert.Empty(await FindAsync("name", IndexValue.Of("7")));
        Assert.Equal(21, (await QueryAsync(new IndexCondition("name", null, null))).Length);
        Assert.Empty(await QueryAsync(new IndexCondition("name", IndexValue.Absent, IndexValue.Absent)));
        foreach (IndexCondition range in (IndexCondition[])
            [new("score", IndexValue.Of(1), null), new("score", null, IndexValue.Of(1)), new("score", IndexValue.Of(1), IndexValue.Of(2))])
        {
            NotSupportedException refused = await Assert.ThrowsAsync<NotSupportedException>(() => QueryAsync(range));
            Assert.Contains("equality only", refused.Message, StringComparison.Ordinal);
        }

        var ordered = new RecordQuery("grades", 5) { OrderBy = "score" };
        await Assert.ThrowsAsync<NotSupportedException>(async () => await s.QueryAsync(Scope, ordered));
        var page = new RecordQuery("grades", 2)
        {
            Conditions = [new IndexCondition("name", IndexValue.Of("n3"), IndexValue.Of("n3"))],
            Descending = true,
            After = new QueryPosition(IndexValue.Absent, "k15"),
        };
        Assert.Equal(["k11", "k07"], (await s.QueryAsync(Scope, page)).Keys());

        async Task<string[]> QueryAsync(IndexCondition condition) =>
            [.. (await s.QueryAsync(Scope, new RecordQuery("grades", 99) { Conditions = [condition] })).Keys()];
        Task<string[]> FindAsync(string field, IndexValue value) => QueryAsync(new IndexCondition(field, value, value));
    }

    [Fact]
    public async Task A_wrong_key_a_missing_key_and_another_keys_name_are_told_apart_when_the_store_opens()
    {
        await using (SqliteRecordStore store = await OpenAsync(First))
        {
            await store.PutAsync("a", Score(1));
        }

        foreach (bool readOnly in (bool[])[false, true])
        {
            await AssertRefusedAsync(null, readOnly, "encrypted with the key 'first', and no key was given");
            await AssertRefusedAsync(Second, readOnly, "which is not among the keys given");
            await AssertRefusedAsync(KeyOf("first", 9), readOnly, "is not the one that the store");
        }

        await using SqliteRecordStore reader = await OpenAsync(new SqliteEncryptionKeys(Second, First), readOnly: true);
        Assert.NotNull(await reader.GetAsync(Scope, Key("a")));
    }

    [Fact]
    public async Task A_store_with_content_cannot_be_encrypted_afterwards_and_says_so()
    {
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            await store.PutAsync("a", Score(1));
        }

        await AssertRefusedAsync(First, false, "not encrypted");
        await AssertRefusedAsync(First, true, "not encrypted");
        await using SqliteRecordStore again = await _folder.OpenAsync();
        Assert.NotNull(await again.GetAsync(Scope, Key("a")));
    }

    [Fact]
    public async Task After_a_rotation_the_new_key_opens_the_store_and_the_old_one_does_not()
    {
        await using (SqliteRecordStore store = await OpenAsync(First))
        {
            await store.DefineCollectionAsync(Schema);
            await store.PutAsync("a", Payload(("name", Marker)));
        }

        byte[] sealedByFirst = KeyRowOf();
        await using (SqliteRecordStore store = await OpenAsync(new SqliteEncryptionKeys(Second, First)))
        {
            Assert.Equal(Marker, await ReadNameAsync(store, "a"));
            await store.PutAsync("b", Payload(("name", Marker)));

            // Nor does the old key open anything that was left behind in the files.
            Assert.DoesNotContain(Files, file => Holds(file, sealedByFirst.AsSpan(8)));
        }

        await AssertRefusedAsync(First, false, "encrypted with the key 'second'");
        await using SqliteRecordStore again = await OpenAsync(Second);
        var query = new RecordQuery("grades", 9)
        {
            Conditions = [new IndexCondition("name", IndexValue.Of(Marker), IndexValue.Of(Marker))],
        };
        await using IStoreSnapshot s = await again.ReadAsync();
        Assert.Equal(["a", "b"], (await s.QueryAsync(Scope, query)).Keys());
    }

    [Theory]
    [InlineData("UPDATE grades SET _payload = (SELECT _payload FROM grades WHERE _key = 'b') WHERE _key = 'a'")]
    [InlineData("UPDATE grades SET _payload = substr(_payload, 1, length(_payload) - 1) || x'00' WHERE _key = 'a'")]
    [InlineData("UPDATE grades SET _payload = x'81A473636F726507' WHERE _key = 'a'")]
    public async Task A_value_that_was_changed_moved_or_written_in_the_clear_is_found(string tampering)
    {
        await using (SqliteRecordStore store = await OpenAsync(First))
        {
            await store.PutAsync("a", Score(1));
            await store.PutAsync("b", Score(2));
        }

        using (SqliteConnection plain = PlainSql.Open(_folder.Database, readOnly: false))
        {
            PlainSql.Execute(plain, tampering);
        }

        await using SqliteRecordStore again = await OpenAsync(First);
        SyncException exception = await Assert.ThrowsAsync<SyncException>(async () => await again.GetAsync(Scope, Key("a")));
        Assert.Equal(SyncErrorCode.StoreCorrupt, exception.Code);
        Assert.NotNull(await again.GetAsync(Scope, Key("b")));
        Assert.Contains("sealed", Assert.Single(await again.VerifyIntegrityAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_of_another_size_and_two_keys_of_one_name_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new SqliteEncryptionKey("short", new byte[31]));
        Assert.Throws<ArgumentException>(() => new SqliteEncryptionKey(string.Empty, new byte[32]));
        Assert.Throws<ArgumentException>(() => new SqliteEncryptionKey(new string('k', 65), new byte[32]));
        Assert.Throws<ArgumentException>(() => new SqliteEncryptionKeys(First, KeyOf("first", 3)));
        Assert.Equal("first", First.ToString());
    }

    private static SqliteEncryptionKey KeyOf(string id, byte fill) => new(id, [.. Enumerable.Repeat(fill, 32)]);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static bool Holds(string file, ReadOnlySpan<byte> bytes)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.GetBuffer().AsSpan(0, (int)content.Length).IndexOf(bytes) >= 0;
    }

    private static async Task WriteMarkersAsync(SqliteRecordStore store)
    {
        byte[] marker = Encoding.UTF8.GetBytes(Marker);
        await store.PutAsync("a", Payload(("name", Marker), ("note", Marker)));
        await store.WriteAsync(async t =>
        {
            RecordVersion[] versions =
            [
                new RecordVersion(new Dot(0, 100), Time(1000), "ada", Encoding.UTF8.GetBytes(Marker + 1), marker),
                Version(new Dot(0, 101), Encoding.UTF8.GetBytes(Marker + 2)),
            ];
            await t.PutAsync(Scope, Siblings("pair", versions) with { ConflictFree = marker, Visible = Payload(("name", Marker)) });
            await t.AppendJournalAsync(Entry("pair", new Dot(0, 101)) with { Content = marker });
            await t.SetLocalAsync("inbox", "a", marker);
            await t.SetLocalAsync("inbox", "b", default);
        });
    }

    private static async Task<string> ReadNameAsync(SqliteRecordStore store, string key)
    {
        ReadOnlyMemory<byte> payload = (await store.GetAsync(Scope, Key(key)))!.Greatest.Payload;
        return IndexExtractor.Extract(payload, Schema.Indexes[0]).Text!;
    }

    private byte[] KeyRowOf()
    {
        using SqliteConnection plain = PlainSql.Open(_folder.Database);
        return Convert.FromHexString(PlainSql.Query(plain, "SELECT hex(value) FROM ordo_meta WHERE key = 'encryption'")[0]);
    }

    private void AssertNowhere() => Assert.All(
        Files, file => Assert.False(Holds(file, Encoding.UTF8.GetBytes(Marker)), $"{file} holds plaintext."));

    private async Task AssertRefusedAsync(SqliteEncryptionKey? key, bool readOnly, string why)
    {
        SyncException refused = await Assert.ThrowsAsync<SyncException>(
            () => OpenAsync(key is null ? null : new SqliteEncryptionKeys(key), readOnly));
        Assert.Equal(SyncErrorCode.StoreUnavailable, refused.Code);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.NotNull(refused.Hint);
    }

    private Task<SqliteRecordStore> OpenAsync(SqliteEncryptionKey key) => OpenAsync(new SqliteEncryptionKeys(key));

    private Task<SqliteRecordStore> OpenAsync(ISqliteKeyProvider? keys, bool readOnly = false) => _folder.OpenAsync(
        new SqliteStoreOptions { Path = _folder.Database, Encryption = keys, ReadOnly = readOnly });
}
