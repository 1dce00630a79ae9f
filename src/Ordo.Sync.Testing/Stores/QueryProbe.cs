using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>What checks of queries share: a collection with an index of each type, conditions, and what is to be found.</summary>
internal static class QueryProbe
{
    public static IndexDefinition[] Indexes { get; } =
    [
        new("n", IndexType.Integer), new("r", IndexType.Real), new("t", IndexType.Text),
        new("address.city", IndexType.Text),
    ];

    public static async Task DefineAsync(StoreProbe probe, params (string Key, int? Number)[] records)
    {
        await probe.DefineAsync(Sample.Collection, Indexes);
        await probe.PutAsync(
            Sample.Scope,
            [.. records.Select(
                one => (Sample.Key(one.Key), one.Number is { } number ? Sample.Map(("n", number)) : Sample.Map()))]);
    }

    public static RecordQuery Where(string field, IndexValue? from, IndexValue? to) =>
        Where(new IndexCondition(field, from, to));

    public static RecordQuery Where(params IndexCondition[] conditions) =>
        new(Sample.Collection, 9) { Conditions = [.. conditions] };

    public static async Task ExpectAsync(StoreProbe probe, RecordQuery query, params string[] keys)
    {
        IReadOnlyList<StoredRecord> found = await probe.QueryAsync(query);
        string conditions = string.Join(" and ", query.Conditions);
        Expect.Sequence(
            keys, StoreText.KeysOf(found), $"The records found by [{conditions}] order {query.OrderBy ?? "key"}");
    }
}
