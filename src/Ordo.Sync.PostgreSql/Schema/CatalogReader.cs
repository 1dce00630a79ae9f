using System.Collections.Immutable;
using Npgsql;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Schema;

/// <summary>Reads the declared indexes as a transaction sees them.</summary>
internal static class CatalogReader
{
    public static async ValueTask<Catalog> ReadAsync(Session session, long stamp, CancellationToken cancellationToken)
    {
        List<(string Collection, IndexDefinition Index)> rows = await session.ReadAsync(
            [new NpgsqlBatchCommand("SELECT collection, field, type FROM indexes ORDER BY collection, field")],
            (reader, token) => ReadRowsAsync(session.Store, reader, token),
            cancellationToken).ConfigureAwait(false);
        return new Catalog(stamp, rows.GroupBy(row => row.Collection, row => row.Index).ToImmutableDictionary(
            group => group.Key, group => group.ToImmutableArray(), StringComparer.Ordinal));
    }

    private static async Task<List<(string Collection, IndexDefinition Index)>> ReadRowsAsync(
        string store, NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new List<(string, IndexDefinition)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var type = (IndexType)reader.GetInt32(2);
            rows.Add(Enum.IsDefined(type)
                ? (reader.GetString(0), new IndexDefinition(reader.GetString(1), type))
                : throw Failures.Corrupt(store, $"an index has the unknown type {(int)type}"));
        }

        return rows;
    }
}
