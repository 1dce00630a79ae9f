using Microsoft.Data.Sqlite;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>Measures what columns and indexes of a device's SQLite file take, as SQLite stores them.</summary>
internal static class StoredBytes
{
    /// <summary>Bytes a record, by what they are for.</summary>
    /// <param name="file">A store that nobody has open.</param>
    /// <param name="copy">Where a copy may be made, to take its indexes away.</param>
    public static IReadOnlyList<(string What, double Bytes)> Measure(string file, string copy)
    {
        using SqliteConnection connection = Open(file);
        double count = Query(connection, "SELECT count(*) FROM results");
        (string, double)[] columns =
        [
            ("dot column, values", Query(connection, $"SELECT sum({SizeOf("_dot")}) FROM results") / count),
            ("dot column, type codes", 1),
            ("knowledge of the scope, shared by all", Query(connection, VectorBytes) / count),
            ("last-write time and author (no causality)",
                (Query(connection, $"SELECT sum({SizeOf("_hlc")} + {SizeOf("_author")}) FROM results") / count) + 2),
        ];
        Execute(connection, $"VACUUM INTO '{copy}'");
        using SqliteConnection bare = Open(copy);
        double whole = SizeBytes(bare);
        Execute(bare, $"DROP INDEX {Text(bare, "SELECT name FROM sqlite_master WHERE name LIKE 'ordo_dot_%'")}");
        Execute(bare, "VACUUM");
        double withoutDots = SizeBytes(bare);
        return [.. columns, ("index of dots (finds changes)", (whole - withoutDots) / count), ("whole file", whole / count)];
    }

    // The lengths of SQLite's integers: https://www.sqlite.org/fileformat2.html#record_format
    private static string SizeOf(string column) =>
        $"""
        CASE WHEN {column} IN (0, 1) THEN 0 WHEN {column} BETWEEN -128 AND 127 THEN 1
        WHEN {column} BETWEEN -32768 AND 32767 THEN 2 WHEN {column} BETWEEN -8388608 AND 8388607 THEN 3
        WHEN {column} BETWEEN -2147483648 AND 2147483647 THEN 4
        WHEN {column} BETWEEN -140737488355328 AND 140737488355327 THEN 6 ELSE 8 END
        """;

    // An entry of a vector: a counter and what was forgotten, the slot and the scope, five type codes.
    private static string VectorBytes =>
        $"SELECT sum({SizeOf("a")} + {SizeOf("coalesce(b, 0)")} + {SizeOf("slot")} + {SizeOf("scope")} + 8) FROM ordo_state "
        + "WHERE scope > 0 AND slot >= 0";

    private static double SizeBytes(SqliteConnection connection) =>
        Query(connection, "PRAGMA page_count") * Query(connection, "PRAGMA page_size");

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        return connection;
    }

    private static double Query(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToDouble(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Text(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return (string)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
