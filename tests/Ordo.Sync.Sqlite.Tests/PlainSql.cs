using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Tests;

/// <summary>What somebody with a SQL shell sees.</summary>
internal static class PlainSql
{
    public static SqliteConnection Open(string path, bool readOnly = true)
    {
        var builder = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        };
        var connection = new SqliteConnection(builder.ToString());
        connection.Open();
        return connection;
    }

    [SuppressMessage("Security", "CA2100", Justification = "The SQL is the test's own.")]
    public static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>How SQLite would run a statement: one line a table.</summary>
    public static List<string> Plan(string path, string sql)
    {
        Connection connection = Connection.Open(path, path, SQLitePCL.raw.SQLITE_OPEN_READONLY, TimeSpan.Zero);
        try
        {
            using Statement row = connection.PrepareDynamic($"EXPLAIN QUERY PLAN {sql}");
            var lines = new List<string>();
            while (row.Step())
            {
                lines.Add(row.GetText(3));
            }

            return lines;
        }
        finally
        {
            connection.Close();
        }
    }

    /// <summary>Every row, its columns joined by a bar.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "The SQL is the test's own.")]
    public static List<string> Query(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            IEnumerable<string> columns = Enumerable.Range(0, reader.FieldCount)
                .Select(i => reader.IsDBNull(i) ? "null" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)!);
            rows.Add(string.Join('|', columns));
        }

        return rows;
    }
}
