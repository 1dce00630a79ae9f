using System.Text;
using Npgsql;
using Ordo.Sync.Causality;

namespace Ordo.Sync.PostgreSql.Driver;

/// <summary>Reads values that every table has, and checks them: a database is trusted only in part.</summary>
internal static class StoreRows
{
    /// <exception cref="Errors.SyncException">The number names no version.</exception>
    public static Dot Dot(this NpgsqlDataReader reader, string store, int column)
    {
        try
        {
            return Causality.Dot.FromValue(reader.GetInt64(column));
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw Failures.Corrupt(store, $"{reader.GetInt64(column)} names no version", exception);
        }
    }

    public static HybridTimestamp Time(this NpgsqlDataReader reader, int column) =>
        SqlTime.FromInt64(reader.GetInt64(column));

    public static byte[] Bytes(this NpgsqlDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    /// <summary>Text that may hold any character, kept as its UTF-8 bytes: PostgreSQL's own text takes no NUL.</summary>
    public static string Utf8(this NpgsqlDataReader reader, int column)
    {
        byte[] bytes = reader.Bytes(column);
        return bytes.Length == 0 ? string.Empty : Encoding.UTF8.GetString(bytes);
    }
}
