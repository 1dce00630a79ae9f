using System.Globalization;
using Ordo.Sync.Errors;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Schema;

namespace Ordo.Sync.Sqlite.Encryption;

/// <summary>Opens every sealed value of a store, one after the other, and keeps none.</summary>
internal static class SealCheck
{
    /// <summary>The number of a collection's records and siblings with a value that does not open.</summary>
    public static long CountBroken(Connection connection, CollectionTable table)
    {
        string id = table.Id.ToString(CultureInfo.InvariantCulture);
        return Count(connection, table, $"SELECT _scope, _key, _payload, _annotations, _crdt, _visible, _carrier_notes FROM {table.Quoted}")
            + Count(
                connection,
                table,
                $"SELECT scope, key, payload, annotations, NULL, NULL, NULL FROM ordo_sibling WHERE collection = {id}");
    }

    private static long Count(Connection connection, CollectionTable table, string sql)
    {
        ReadOnlySpan<SealedPart> parts =
        [
            SealedPart.Payload, SealedPart.Annotations, SealedPart.ConflictFree, SealedPart.Visible, SealedPart.CarrierNotes,
        ];
        long broken = 0;
        using Statement row = connection.PrepareDynamic(sql);
        while (row.Step())
        {
            var place = new SealedPlace(row.GetInt64(0), table.Id, row.GetText(1));
            try
            {
                for (int i = 0; i < parts.Length; i++)
                {
                    connection.Unseal(parts[i], place, row.GetSpan(2 + i));
                }
            }
            catch (SyncException)
            {
                // Counted: a check tells of all damage, not of the first.
                broken++;
            }
        }

        return broken;
    }
}
