using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Ordo.Sync.Hub.Tests.Hosting;

namespace Ordo.Sync.PostgreSql.Tests.Server;

/// <summary>
/// A PostgreSQL server of the tests' own, on loopback and a free port, in a temporary folder, run by a user who is not root; or the
/// one that <c>ORDO_TEST_POSTGRES</c> names, which is left as it is but for schemas of their own.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string Variable = "ORDO_TEST_POSTGRES";

    // For a connection or a statement, where the machine is busy with other tests too.
    private const int PatienceSeconds = 120;

    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(5);

    private readonly PostgreSqlPrograms? _programs;
    private readonly string _folder;
    private readonly bool _isDurable;
    private Process? _process;

    private PostgreSqlServer(PostgreSqlPrograms? programs, string connectionString, string folder, bool isDurable)
    {
        _programs = programs;
        _folder = folder;
        _isDurable = isDurable;
        ConnectionString = connectionString;
    }

    /// <summary>Names the server and a database to which its user may add schemas.</summary>
    public string ConnectionString { get; }

    /// <summary>Whether it is the tests' own, which they may stop and kill.</summary>
    public bool IsOwn => _programs is not null;

    /// <summary>Starts a server, or finds the one that was named.</summary>
    /// <param name="isDurable">Whether it waits for its disk: only what tests durability does.</param>
    /// <param name="mustBeOwn">Whether one that was named will not do.</param>
    public static async Task<PostgreSqlServer> StartAsync(bool isDurable = false, bool mustBeOwn = false)
    {
        if (!mustBeOwn && Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return new PostgreSqlServer(programs: null, given, folder: string.Empty, isDurable);
        }

        PostgreSqlPrograms programs = PostgreSqlPrograms.Find();
        string folder = Directory.CreateTempSubdirectory("ordo-postgresql-").FullName;
        PostgreSqlPrograms.GiveAway(folder);
        await programs.RunAsync(
            "initdb", "-D", Path.Combine(folder, "data"), "-A", "trust", "-U", "ordo", "-E", "UTF8", "--locale=C.UTF-8", "-N");
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = ReservedPorts.Take(),
            Username = "ordo",
            Database = "postgres",
            Timeout = PatienceSeconds,
            CommandTimeout = PatienceSeconds,
        };
        var server = new PostgreSqlServer(programs, connection.ConnectionString, folder, isDurable);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it again after <see cref="StopAsync"/>, on the same port and data.</summary>
    public async Task StartAgainAsync()
    {
        var connection = new NpgsqlConnectionStringBuilder(ConnectionString);
        _process = _programs!.Start(
            "postgres",
            "-D",
            Path.Combine(_folder, "data"),
            "-p",
            connection.Port.ToString(CultureInfo.InvariantCulture),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            $"unix_socket_directories={_folder}",
            "-c",
            "max_connections=200",
            "-c",
            "shared_buffers=64MB",
            "-c",
            $"fsync={(_isDurable ? "on" : "off")}");
        Task<string> log = LogOfAsync(_process);
        long began = Stopwatch.GetTimestamp();
        while (!await AnswersAsync())
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(began) > StartTime)
            {
                throw new InvalidOperationException(
                    $"PostgreSQL did not start: {(_process.HasExited ? await log : "it does not answer")}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Ends it: in order, or at once, as a crash does.</summary>
    public async Task StopAsync(bool atOnce)
    {
        if (_process is { HasExited: false } process)
        {
            await _programs!.RunAsync("pg_ctl", "-D", Path.Combine(_folder, "data"), "-m", atOnce ? "immediate" : "fast", "stop");
            await process.WaitForExitAsync();
        }

        _process?.Dispose();
        _process = null;
    }

    /// <summary>Runs a statement.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(ConnectionString);
        await using NpgsqlCommand command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (IsOwn)
        {
            await StopAsync(atOnce: true);
            Directory.Delete(_folder, recursive: true);
        }
    }

    // Read as it comes: a server whose log nobody reads stands still once the pipe is full.
    private static async Task<string> LogOfAsync(Process server)
    {
        Task<string> output = server.StandardOutput.ReadToEndAsync();
        return await server.StandardError.ReadToEndAsync() + await output;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await ExecuteAsync("SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
