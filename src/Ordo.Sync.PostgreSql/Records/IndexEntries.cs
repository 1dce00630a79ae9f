using System.Collections.Immutable;
using MessagePack;
using Npgsql;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Records;

/// <summary>Writes the entries of declared indexes: one for each live record and index, absent values too.</summary>
internal static class IndexEntries
{
    private const string Delete =
        """
        DELETE FROM entries WHERE scope = $1 AND (collection, key) IN (SELECT * FROM unnest($2::text[], $3::text[]))
        """;

    private const string Insert =
        """
        INSERT INTO entries(scope, collection, field, key, value)
          SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bytea[])
        """;

    /// <summary>Removes the entries of some records.</summary>
    public static NpgsqlBatchCommand Remove(long scope, IReadOnlyCollection<RecordKey> keys) => Session.Command(
        Delete, scope, keys.Select(key => key.Collection).ToArray(), keys.Select(key => key.Key).ToArray());

    /// <summary>Adds the entries of some records for some indexes; records that show nothing get none.</summary>
    public static NpgsqlBatchCommand? Add(
        long scope,
        IEnumerable<(RecordKey Key, ReadOnlyMemory<byte> Visible)> records,
        Func<string, ImmutableArray<IndexDefinition>> indexesOf)
    {
        var rows = new List<(RecordKey Key, string Field, byte[]? Value)>();
        foreach ((RecordKey key, ReadOnlyMemory<byte> visible) in records)
        {
            if (!visible.IsEmpty)
            {
                rows.AddRange(indexesOf(key.Collection)
                    .Select(index => (key, index.Field, IndexKey.Encode(Extract(visible, index)))));
            }
        }

        return rows.Count == 0 ? null : Session.Command(
            Insert,
            scope,
            rows.Select(row => row.Key.Collection).ToArray(),
            rows.Select(row => row.Field).ToArray(),
            rows.Select(row => row.Key.Key).ToArray(),
            Session.NullableBytes([.. rows.Select(row => row.Value)]));
    }

    // The store keeps what it is given; whether a payload is well-formed is judged where it enters the engine.
    private static IndexValue Extract(ReadOnlyMemory<byte> payload, IndexDefinition index)
    {
        try
        {
            return IndexExtractor.Extract(payload, index);
        }
        catch (MessagePackSerializationException)
        {
            return IndexValue.Absent;
        }
    }
}
