using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Records;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class QueryTests : IDisposable
{
    private static readonly IndexDefinition Points = new("points", IndexType.Integer);
    private static readonly IndexDefinition Ratio = new("ratio", IndexType.Real);
    private static readonly IndexDefinition Name = new("name", IndexType.Text);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Queries_answer_as_a_scan_with_the_contracts_own_comparisons_does()
    {
        var random = new Random(5);
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.DefineCollectionAsync(Declare(Points, Ratio, Name));
        List<StoredRecord> records = [.. Enumerable.Range(0, 200).Select(i => MakeRecord(random, i))];
        await store.WriteAsync(async t =>
        {
            foreach (StoredRecord record in records)
            {
                await t.PutAsync(Scope, record);
                await t.PutAsync("other", record);
            }
        });
        await using IStoreSnapshot s = await store.ReadAsync();
        for (int round = 0; round < 400; round++)
        {
            RecordQuery query = MakeQuery(random);
            Assert.Equal(Scan(records, query), await PagesAsync(s, query));
        }
    }

    [Fact]
    public async Task A_query_by_an_undeclared_field_is_refused()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.PutAsync("a", Score(1));
        await using IStoreSnapshot s = await store.ReadAsync();
        var query = new RecordQuery("grades", 10) { OrderBy = "score" };
        await Assert.ThrowsAsync<ArgumentException>(async () => await s.QueryAsync(Scope, query));
        query = query with { Collection = "nowhere" };
        await Assert.ThrowsAsync<ArgumentException>(async () => await s.QueryAsync(Scope, query));
        Assert.Empty(await s.QueryAsync(Scope, new RecordQuery("nowhere", 10)));
        Assert.Empty(await s.QueryAsync(Scope, new RecordQuery("grades", 0)));
    }

    [Fact]
    public async Task A_record_counts_by_what_a_reader_is_shown()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.DefineCollectionAsync(Declare(new IndexDefinition("score", IndexType.Integer)));
        RecordVersion low = Version(new Dot(0, 1), Score(1));
        RecordVersion high = Version(new Dot(1, 1), Score(9), "b", 5000);
        await store.WriteAsync(async t =>
        {
            await t.PutAsync(Scope, Siblings("approved", low, high) with { Visible = low.Payload });
            await t.PutAsync(Scope, Record("hidden", new Dot(0, 2), Score(1)) with { Visible = default });
            await t.PutAsync(Scope, Siblings("revived", high, Version(new Dot(0, 3), default)) with { Visible = high.Payload });
        });
        await AssertFindsAsync(store, "score", 1, ["approved"]);
        await AssertFindsAsync(store, "score", 9, ["revived"]);

        // What is shown also fills an index that is declared later.
        await store.DefineCollectionAsync(Declare());
        await store.DefineCollectionAsync(Declare(new IndexDefinition("score", IndexType.Integer)));
        await AssertFindsAsync(store, "score", 1, ["approved"]);
        await AssertFindsAsync(store, "score", 9, ["revived"]);
        Assert.True((await store.GetAsync(Scope, Key("hidden")))!.Greatest.Payload.Length > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_part_of_an_ordered_page_is_a_range_of_the_index(bool descending)
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.DefineCollectionAsync(Declare(Points));
        var table = new CollectionTable(1, "grades", "grades", [new IndexColumn(Points, "points")]);
        foreach (IndexValue at in (IndexValue[])[IndexValue.Absent, IndexValue.Of(3)])
        {
            var query = new RecordQuery("grades", 10)
            {
                OrderBy = "points",
                Descending = descending,
                After = new QueryPosition(at, "k"),
            };
            foreach ((string sql, _) in QueryReader.Plan(table, query))
            {
                string line = Assert.Single(PlainSql.Plan(_folder.Database, sql));
                Assert.StartsWith("SEARCH grades USING INDEX ordo_index_1_points (_scope=?", line, StringComparison.Ordinal);
            }
        }
    }

    private static async Task AssertFindsAsync(SqliteRecordStore store, string field, int value, string[] keys)
    {
        await using IStoreSnapshot s = await store.ReadAsync();
        var condition = new IndexCondition(field, IndexValue.Of(value), IndexValue.Of(value));
        Assert.Equal(keys, (await s.QueryAsync(Scope, new RecordQuery("grades", 10) { Conditions = [condition] })).Keys());
    }

    private static StoredRecord MakeRecord(Random random, int i)
    {
        object? points = random.Next(4) switch { 0 => null, 1 => "7", _ => random.Next(-3, 4) };
        object? ratio = random.Next(4) switch { 0 => null, 1 => random.Next(3), _ => random.Next(6) / 2.0 };
        object? name = random.Next(4) switch { 0 => null, 1 => 5, 2 => "10", _ => $"{(char)('a' + random.Next(3))}é" };
        byte[] payload = random.Next(10) == 0 ? [] : Payload(("points", points), ("ratio", ratio), ("name", name));
        return Record($"{random.Next(100):00}-{i}", new Dot(0, i + 1), payload);
    }

    private static RecordQuery MakeQuery(Random random)
    {
        IndexDefinition[] indexes = [Points, Ratio, Name];
        ImmutableArray<IndexCondition> conditions = [.. Enumerable.Range(0, random.Next(3)).Select(_ =>
            new IndexCondition(indexes[random.Next(3)].Field, MakeValue(random), MakeValue(random))
            {
                ExcludesFrom = random.Next(2) == 0,
                ExcludesTo = random.Next(2) == 0,
            })];
        return new RecordQuery("grades", random.Next(1, 30))
        {
            Conditions = conditions,
            OrderBy = random.Next(3) == 0 ? null : indexes[random.Next(3)].Field,
            Descending = random.Next(2) == 0,
        };
    }

    private static IndexValue? MakeValue(Random random) => random.Next(7) switch
    {
        0 => null,
        1 => IndexValue.Absent,
        2 => IndexValue.Of(random.Next(6) / 2.0),
        3 => IndexValue.Of("b"),
        4 => IndexValue.Of("1"),
        _ => IndexValue.Of(random.Next(-3, 4)),
    };

    private static List<string> Scan(List<StoredRecord> records, RecordQuery query)
    {
        IndexValue Value(StoredRecord record, string field) => IndexFiller.Extract(
            record.Visible, new[] { Points, Ratio, Name }.Single(index => index.Field == field));
        IEnumerable<StoredRecord> found = records
            .Where(record => !record.Visible.IsEmpty)
            .Where(record => query.Conditions.All(condition => condition.Matches(Value(record, condition.Field))));
        List<string> keys = [.. found
            .OrderBy(record => query.OrderBy is { } field ? Value(record, field) : IndexValue.Absent)
            .ThenBy(record => record.Key)
            .Select(record => record.Key.Key)];
        if (query.Descending)
        {
            keys.Reverse();
        }

        return keys;
    }

    private static async Task<List<string>> PagesAsync(IStoreSnapshot snapshot, RecordQuery query)
    {
        var keys = new List<string>();
        while (true)
        {
            IReadOnlyList<StoredRecord> page = await snapshot.QueryAsync(Scope, query);
            keys.AddRange(page.Keys());
            if (page.Count < query.CountMax)
            {
                return keys;
            }

            IndexDefinition? by = new[] { Points, Ratio, Name }.SingleOrDefault(index => index.Field == query.OrderBy);
            IndexValue at = by is null ? IndexValue.Absent : IndexFiller.Extract(page[^1].Visible, by);
            query = query with { After = new QueryPosition(at, page[^1].Key.Key) };
        }
    }
}
