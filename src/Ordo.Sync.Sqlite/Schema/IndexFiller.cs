using System.Collections.Immutable;
using System.Globalization;
using MessagePack;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Schema;

/// <summary>Derives the values of index columns from payloads.</summary>
internal static class IndexFiller
{
    /// <summary>
    /// The value of an index; absent where the payload is no map, so that one odd record cannot stop a commit.
    /// </summary>
    public static IndexValue Extract(ReadOnlyMemory<byte> payload, IndexDefinition index)
    {
        try
        {
            return IndexExtractor.Extract(payload, index);
        }
        catch (MessagePackSerializationException)
        {
            // The store keeps what it is given; whether a payload is well-formed is judged where it enters the engine.
            return IndexValue.Absent;
        }
        catch (EndOfStreamException)
        {
            return IndexValue.Absent;
        }
    }

    /// <summary>Binds the value of an index, or in an encrypted store the token that stands for it.</summary>
    public static void Bind(
        Connection connection,
        Statement statement,
        int parameter,
        CollectionTable table,
        IndexColumn column,
        IndexValue value)
    {
        if (connection.Cipher is { } cipher)
        {
            _ = cipher.Token(table, column, value) is { } token
                ? statement.BindBlob(parameter, token)
                : statement.BindNull(parameter);
        }
        else if (value.Integer is { } integer)
        {
            statement.Bind(parameter, integer);
        }
        else if (value.Real is { } real)
        {
            statement.Bind(parameter, real);
        }
        else if (value.Text is { } text)
        {
            statement.Bind(parameter, text);
        }
        else
        {
            statement.BindNull(parameter);
        }
    }

    /// <summary>Fills new columns of the rows there.</summary>
    public static void Fill(Connection connection, CollectionTable table, ImmutableArray<IndexColumn> columns)
    {
        string sets = string.Join(
            ", ",
            columns.Select((column, i) => string.Create(CultureInfo.InvariantCulture, $"{column.Quoted} = ?{i + 2}")));
        Statement update = connection.Prepare(new SqlText($"UPDATE {table.Quoted} SET {sets} WHERE _id = ?1"));

        // One row after the other by its id: the rows change under the walk, their order does not.
        Statement next = connection.Prepare(new SqlText(
            $"SELECT _id, _scope, _key, _visible, _payload FROM {table.Quoted} "
            + "WHERE _id > ?1 AND _deleted = 0 ORDER BY _id LIMIT 1"));
        long id = long.MinValue;
        while (TryRead(connection, table, next, ref id, out byte[] payload))
        {
            update.Bind(1, id);
            for (int i = 0; i < columns.Length; i++)
            {
                Bind(connection, update, i + 2, table, columns[i], Extract(payload, columns[i].Definition));
            }

            update.Run();
        }
    }

    private static bool TryRead(
        Connection connection, CollectionTable table, Statement next, ref long id, out byte[] payload)
    {
        using Statement row = next.Bind(1, id);
        if (!row.Step())
        {
            payload = [];
            return false;
        }

        id = row.GetInt64(0);
        var place = new SealedPlace(row.GetInt64(1), table.Id, row.GetText(2));
        payload = row.IsNull(3)
            ? connection.Unseal(SealedPart.Payload, place, row.GetSpan(4))
            : connection.Unseal(SealedPart.Visible, place, row.GetSpan(3));
        return true;
    }
}
