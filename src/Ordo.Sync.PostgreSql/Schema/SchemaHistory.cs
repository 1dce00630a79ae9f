using System.Collections.Immutable;
using Npgsql;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.PostgreSql.Driver;

namespace Ordo.Sync.PostgreSql.Schema;

/// <summary>
/// The versions of the tables. Instances that start at once take turns under an advisory lock: the first creates or migrates,
/// the others find it done.
/// </summary>
internal static class SchemaHistory
{
    /// <summary>The class of advisory locks that guard the schema: "Osch".</summary>
    private const int LockClass = 0x4F736368;

    /// <summary>What brings a store from one version to the next, oldest first.</summary>
    private static readonly ImmutableArray<string> Versions = [Version1.Sql];

    /// <summary>The newest version.</summary>
    public static int Newest => Versions.Length;

    /// <summary>Creates or migrates the tables, in one transaction.</summary>
    /// <exception cref="SyncException">A newer library has migrated them, or the server refused.</exception>
    public static async Task UpgradeAsync(
        Session session, string schema, int lockKey, EntropySource entropy, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync(
            cancellationToken,
            new NpgsqlBatchCommand("BEGIN"),
            Session.Command("SELECT pg_advisory_xact_lock($1, $2)", LockClass, lockKey)).ConfigureAwait(false);
        int version = await ReadVersionAsync(session, schema, cancellationToken).ConfigureAwait(false);
        if (version > Newest)
        {
            throw new SyncException(
                SyncErrorCode.StoreTooNew,
                $"The store '{session.Store}' has schema version {version}; this library knows up to {Newest}.",
                "Update all instances of the hub; an older one must not write to this store.");
        }

        var commands = new List<NpgsqlBatchCommand>();
        if (version == 0)
        {
            commands.Add(new NpgsqlBatchCommand($"CREATE SCHEMA IF NOT EXISTS {Quote(schema)}"));
        }

        if (version < Newest)
        {
            commands.AddRange(Versions.Skip(version).SelectMany(Statements).Select(step => new NpgsqlBatchCommand(step)));
            commands.Add(Session.Command("UPDATE store SET schema_version = $1", Newest));
        }

        if (version == 0)
        {
            commands.Add(Session.Command(
                "INSERT INTO replicas(id, replica, is_own) VALUES (0, $1, true)", ReplicaId.Create(entropy).ToByteArray()));
        }

        commands.Add(new NpgsqlBatchCommand("COMMIT"));
        await session.ExecuteAsync(cancellationToken, [.. commands]).ConfigureAwait(false);
    }

    /// <summary>A name in SQL text.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static async Task<int> ReadVersionAsync(Session session, string schema, CancellationToken cancellationToken)
    {
        bool isThere = await ReadScalarAsync(
            session,
            Session.Command("SELECT to_regclass($1) IS NOT NULL", $"{Quote(schema)}.store"),
            static reader => reader.GetBoolean(0),
            cancellationToken).ConfigureAwait(false);
        return !isThere ? 0 : await ReadScalarAsync(
            session,
            new NpgsqlBatchCommand("SELECT schema_version FROM store"),
            static reader => reader.GetInt32(0),
            cancellationToken).ConfigureAwait(false);
    }

    private static Task<T> ReadScalarAsync<T>(
        Session session, NpgsqlBatchCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        session.ReadAsync(
            [command],
            async (reader, token) => await reader.ReadAsync(token).ConfigureAwait(false)
                ? read(reader)
                : throw Failures.Corrupt(session.Store, "it does not say which version its tables are of"),
            cancellationToken);

    private static IEnumerable<string> Statements(string sql) => sql
        .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
