using System.Collections.Immutable;
using System.Text;
using Npgsql;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.PostgreSql.Records;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Schema;

/// <summary>Changes which indexes a collection has, within a transaction that is alone.</summary>
internal static class CollectionDefiner
{
    private const int IndexesMax = 64;
    private const int FieldBytesMax = 512;
    private const int FillRows = 1_000;

    private const string SelectVisible =
        """
        SELECT scope, key, coalesce(visible, payload) FROM records
          WHERE collection = $1 AND NOT is_deleted AND (scope, key) > ($2, $3) ORDER BY scope, key LIMIT $4
        """;

    /// <summary>Fails where a schema cannot be declared.</summary>
    /// <exception cref="ArgumentException">
    /// A name or the number of indexes is not allowed, or a field is named twice.
    /// </exception>
    public static void Validate(CollectionSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (RecordNames.WhyNotCollection(schema.Name) is { } why)
        {
            throw new ArgumentException(why, nameof(schema));
        }

        ImmutableArray<IndexDefinition> indexes = schema.Indexes.IsDefault ? [] : schema.Indexes;
        if (indexes.Length > IndexesMax)
        {
            throw new ArgumentException($"'{schema.Name}' declares {indexes.Length} indexes; {IndexesMax} are the most.");
        }

        var fields = new HashSet<string>(StringComparer.Ordinal);
        IndexDefinition? odd = indexes.FirstOrDefault(index => !IsAllowed(index) || !fields.Add(index.Field));
        if (odd is not null)
        {
            throw new ArgumentException(
                $"'{schema.Name}' declares an index over '{odd.Field}' that is empty, too long, of no type, or there twice.");
        }
    }

    /// <summary>Declares the indexes of a collection, and fills those that are new.</summary>
    /// <returns>The catalog that holds them; the one that was, where nothing is different.</returns>
    public static async ValueTask<Catalog> DefineAsync(
        Session session,
        Catalog catalog,
        string collection,
        ImmutableArray<IndexDefinition> indexes,
        CancellationToken cancellationToken)
    {
        ImmutableArray<IndexDefinition> present = catalog.IndexesOf(collection);
        IndexDefinition[] gone = [.. present.Except(indexes)];
        ImmutableArray<IndexDefinition> added = [.. indexes.Except(present)];
        if (gone.Length == 0 && added.IsEmpty)
        {
            return catalog;
        }

        string[] goneFields = [.. gone.Select(index => index.Field)];
        await session.ExecuteAsync(
            cancellationToken,
            Session.Command("DELETE FROM indexes WHERE collection = $1 AND field = ANY($2)", collection, goneFields),
            Session.Command("DELETE FROM entries WHERE collection = $1 AND field = ANY($2)", collection, goneFields),
            Session.Command(
                "INSERT INTO indexes(collection, field, type) SELECT $1, * FROM unnest($2::text[], $3::int[])",
                collection,
                added.Select(index => index.Field).ToArray(),
                added.Select(index => (int)index.Type).ToArray()),
            Session.Command("UPDATE store SET catalog = catalog + 1")).ConfigureAwait(false);
        if (!added.IsEmpty)
        {
            await FillAsync(session, collection, added, cancellationToken).ConfigureAwait(false);
        }

        return new Catalog(catalog.Stamp + 1, catalog.Indexes.SetItem(collection, indexes));
    }

    private static async ValueTask FillAsync(
        Session session, string collection, ImmutableArray<IndexDefinition> added, CancellationToken cancellationToken)
    {
        long scope = 0;
        string key = string.Empty;
        List<(long Scope, string Key, byte[] Visible)> rows;
        do
        {
            rows = await session.ReadAsync(
                [Session.Command(SelectVisible, collection, scope, key, FillRows)], ReadRowsAsync, cancellationToken)
                .ConfigureAwait(false);
            foreach (IGrouping<long, (long Scope, string Key, byte[] Visible)> group in rows.GroupBy(row => row.Scope))
            {
                NpgsqlBatchCommand? add = IndexEntries.Add(
                    group.Key,
                    group.Select(row => (new RecordKey(collection, row.Key), (ReadOnlyMemory<byte>)row.Visible)),
                    _ => added);
                if (add is not null)
                {
                    await session.ExecuteAsync(cancellationToken, add).ConfigureAwait(false);
                }
            }

            if (rows.Count > 0)
            {
                (scope, key, _) = rows[^1];
            }
        }
        while (rows.Count == FillRows);
    }

    private static async Task<List<(long Scope, string Key, byte[] Visible)>> ReadRowsAsync(
        NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new List<(long, string, byte[])>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add((reader.GetInt64(0), reader.GetString(1), reader.Bytes(2)));
        }

        return rows;
    }

    private static bool IsAllowed(IndexDefinition index) =>
        !string.IsNullOrEmpty(index.Field) && !index.Field.Contains('\0', StringComparison.Ordinal)
        && Encoding.UTF8.GetByteCount(index.Field) <= FieldBytesMax && Enum.IsDefined(index.Type);
}
