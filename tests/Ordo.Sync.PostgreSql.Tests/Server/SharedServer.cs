using Npgsql;
using Ordo.Sync.PostgreSql.Tests.Server;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Ordo.Sync.PostgreSql.Tests.Server;

/// <summary>The server that all tests share that do not stop it: each store in a schema of its own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private static int _schemas;
    private static PostgreSqlServer? _server;

    public static PostgreSqlServer Current =>
        _server ?? throw new InvalidOperationException("The server of the tests is not started.");

    /// <summary>A name that no other store of this or another run has.</summary>
    public static string NewSchema() => $"ordo_test_{Environment.ProcessId}_{Interlocked.Increment(ref _schemas)}";

    /// <summary>A store in a schema of its own, or over the one of another store: another instance.</summary>
    public static PostgreSqlRecordStore CreateStore(string schema, Action<PostgreSqlStoreOptions>? configure = null)
    {
        var options = new PostgreSqlStoreOptions { ConnectionString = Current.ConnectionString, Schema = schema };
        configure?.Invoke(options);
        return new PostgreSqlRecordStore(options);
    }

    public static Task DropAsync(string schema) => Current.ExecuteAsync($"DROP SCHEMA IF EXISTS \"{schema}\" CASCADE");

    public async ValueTask InitializeAsync() => _server = await PostgreSqlServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Current.DisposeAsync();
    }
}
