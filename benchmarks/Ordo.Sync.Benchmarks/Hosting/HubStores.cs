using System.Globalization;
using Ordo.Sync.PostgreSql.Tests.Server;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>
/// The stores that a hub is measured over: a SQLite file, and PostgreSQL where it is installed: a server of the scenario's own, or the
/// one that <c>ORDO_TEST_POSTGRES</c> names.
/// </summary>
internal sealed class HubStores : IAsyncDisposable
{
    /// <summary>The variant of a hub over a file.</summary>
    public const string Sqlite = "SQLite hub";

    /// <summary>The variant of a hub over a database.</summary>
    public const string PostgreSql = "PostgreSQL hub";

    private const string Prefix = "postgresql|";

    private readonly TempFolder _folder;
    private readonly PostgreSqlServer? _server;
    private int _schemas;

    private HubStores(TempFolder folder, PostgreSqlServer? server)
    {
        _folder = folder;
        _server = server;
    }

    public IReadOnlyList<string> Variants => _server is null ? [Sqlite] : [Sqlite, PostgreSql];

    /// <summary>One hub over each store, and two over the one that hubs can share.</summary>
    public IEnumerable<(string Variant, int Instances)> Layouts =>
        Variants.SelectMany(
            variant => Enumerable.Range(1, variant == PostgreSql ? 2 : 1).Select(instances => (variant, instances)));

    public static async Task<HubStores> OpenAsync(TempFolder folder)
    {
        try
        {
            return new HubStores(folder, await PostgreSqlServer.StartAsync(isDurable: true));
        }
        catch (InvalidOperationException exception)
        {
            await Console.Error.WriteLineAsync($"Without PostgreSQL: {exception.Message}");
            return new HubStores(folder, server: null);
        }
    }

    /// <summary>Where a new hub's records are: what a hub's process is given.</summary>
    public string NewLocation(string variant) => variant == Sqlite
        ? _folder.NewFile("hub")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}ordo_bench_{Environment.ProcessId}_{++_schemas}|{_server!.ConnectionString}");

    /// <summary>Reads a location of a database.</summary>
    public static bool TryParse(string location, out string schema, out string connectionString)
    {
        string[] parts = location.Split('|', 3);
        bool isDatabase = location.StartsWith(Prefix, StringComparison.Ordinal) && parts.Length == 3;
        schema = isDatabase ? parts[1] : string.Empty;
        connectionString = isDatabase ? parts[2] : string.Empty;
        return isDatabase;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
        {
            return;
        }

        if (!_server.IsOwn)
        {
            for (int i = 1; i <= _schemas; i++)
            {
                await _server.ExecuteAsync($"DROP SCHEMA IF EXISTS ordo_bench_{Environment.ProcessId}_{i} CASCADE");
            }
        }

        await _server.DisposeAsync();
    }
}
