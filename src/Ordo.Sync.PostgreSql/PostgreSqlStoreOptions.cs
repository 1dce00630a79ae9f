using System.Text;
using Npgsql;

namespace Ordo.Sync.PostgreSql;

/// <summary>How a <see cref="PostgreSqlRecordStore"/> keeps its tables. Read once, when the store is made.</summary>
public sealed class PostgreSqlStoreOptions
{
    private const int SchemaBytesMax = 50;

    /// <summary>
    /// A connection string of Npgsql. Where it does not say otherwise, statements are prepared as they repeat
    /// (<c>Max Auto Prepare</c>); behind a pooler that gives a connection to others between transactions, set that to 0.
    /// </summary>
    public string ConnectionString { get; set; } = string.Empty;

    /// <summary>
    /// The schema of the tables, made where it is not there; one store a schema. 1 to 50 bytes of UTF-8. The default is
    /// <c>ordo_sync</c>.
    /// </summary>
    public string Schema { get; set; } = "ordo_sync";

    /// <summary>
    /// How long a writer waits for another one of the same scope, or of the store, before it fails with <c>StoreBusy</c>: 1
    /// second to 10 minutes. The default is 20 seconds.
    /// </summary>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// After this time the server undoes a write whose instance has gone silent in the middle of it, so that others go on: 1
    /// second to 1 hour. The default is 60 seconds.
    /// </summary>
    public TimeSpan SilenceTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How often the scopes that somebody listens to are looked at, in case that a notification was lost or cannot be had: 1
    /// second to 1 hour. The default is 10 seconds.
    /// </summary>
    public TimeSpan ChangePollInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether changes are told to other instances, and heard of them, by <c>LISTEN</c> and <c>NOTIFY</c>. The default is
    /// <see langword="true"/>; without, they are found at <see cref="ChangePollInterval"/>.
    /// </summary>
    public bool UseNotifications { get; set; } = true;

    /// <summary>Checks all values and makes the connection string that the store uses.</summary>
    /// <exception cref="ArgumentException">A value is missing or outside its range.</exception>
    internal NpgsqlConnectionStringBuilder Resolve()
    {
        Require(!string.IsNullOrWhiteSpace(ConnectionString), nameof(ConnectionString), "name the server and the database");
        bool schemaFits = !string.IsNullOrWhiteSpace(Schema) && !Schema.Contains('\0', StringComparison.Ordinal)
            && Encoding.UTF8.GetByteCount(Schema) <= SchemaBytesMax;
        Require(schemaFits, nameof(Schema), $"it must have 1 to {SchemaBytesMax} bytes");
        RequireRange(LockTimeout, TimeSpan.FromMinutes(10), nameof(LockTimeout));
        RequireRange(SilenceTimeout, TimeSpan.FromHours(1), nameof(SilenceTimeout));
        RequireRange(ChangePollInterval, TimeSpan.FromHours(1), nameof(ChangePollInterval));
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(ConnectionString);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            // The text may hold a password: it is not repeated.
            throw new ArgumentException(
                $"PostgreSqlStoreOptions.{nameof(ConnectionString)} cannot be read: {exception.GetType().Name}.");
        }

        Require(!string.IsNullOrEmpty(builder.Host), nameof(ConnectionString), "it must name a host");
        Require(
            string.IsNullOrEmpty(builder.SearchPath), nameof(ConnectionString), "set Schema instead of a search path");
        builder.SearchPath = $"\"{Schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

        builder.ApplicationName ??= "Ordo.Sync";
        if (!builder.ShouldSerialize("Max Auto Prepare"))
        {
            builder.MaxAutoPrepare = 100;
            builder.AutoPrepareMinUsages = 2;
        }

        // Whatever a transaction of the store sets ends with it, so nothing is left to be reset before the next one: seven statements,
        // each time.
        if (!builder.ShouldSerialize("No Reset On Close"))
        {
            builder.NoResetOnClose = true;
        }

        return builder;
    }

    private static void RequireRange(TimeSpan value, TimeSpan max, string name) => Require(
        value >= TimeSpan.FromSeconds(1) && value <= max, name, $"it must be 1 second to {max}");

    private static void Require(bool holds, string name, string why)
    {
        if (!holds)
        {
            throw new ArgumentException($"PostgreSqlStoreOptions.{name}: {why}.", name);
        }
    }
}
