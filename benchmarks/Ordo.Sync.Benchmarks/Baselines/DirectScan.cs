using System.Diagnostics;
using System.IO.Hashing;
using Microsoft.Data.Sqlite;

namespace Ordo.Sync.Benchmarks.Baselines;

/// <summary>What finding an altered row costs at least: each row of a table read and hashed, straight from SQLite.</summary>
internal static class DirectScan
{
    public static double Run(string file)
    {
        long began = Stopwatch.GetTimestamp();
        var builder = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        using var connection = new SqliteConnection(builder.ToString());
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT _key, _dot, _hlc, _payload FROM results ORDER BY _scope, _key";
        using SqliteDataReader reader = command.ExecuteReader();
        UInt128 sum = UInt128.Zero;
        while (reader.Read())
        {
            sum = unchecked(sum + XxHash128.HashToUInt128(reader.GetFieldValue<byte[]>(3), reader.GetInt64(1)));
        }

        GC.KeepAlive(sum);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    public static void Alter(string file, string key)
    {
        var builder = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, Pooling = false };
        using var connection = new SqliteConnection(builder.ToString());
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            "UPDATE results SET _payload = substr(_payload, 1, length(_payload) - 1) || x'21' WHERE _key = $key";
        command.Parameters.AddWithValue("$key", key);
        Scenarios.Verify.Equal(1, command.ExecuteNonQuery(), "rows altered");
    }
}
