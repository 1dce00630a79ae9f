using Microsoft.Data.Sqlite;

namespace Ordo.Sync.Observability.Tests.Hosting;

/// <summary>Any other tool that opens a store's file.</summary>
internal static class PlainSql
{
    public static async Task RunAsync(string file, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own words.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
