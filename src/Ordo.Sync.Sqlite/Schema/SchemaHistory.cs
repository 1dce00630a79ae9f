using System.Collections.Immutable;
using System.Globalization;
using Ordo.Sync.Errors;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Schema;

/// <summary>All versions of the schema, and how a file is brought to the newest.</summary>
internal sealed class SchemaHistory(ImmutableArray<Migration> migrations)
{
    /// <summary>What <c>PRAGMA application_id</c> says of a store: "ORDO".</summary>
    public const int ApplicationId = 0x4F52444F;

    /// <summary>The history of this version of the library.</summary>
    public static SchemaHistory Current { get; } = new([new CreateStore(), new GatherState(), new CarrierColumns()]);

    /// <summary>The newest version.</summary>
    public int Newest => migrations[^1].Version;

    /// <summary>Checks that the file is a store that this library may open, without writing to it.</summary>
    /// <returns>Its version; 0 for a file that is empty.</returns>
    /// <exception cref="SyncException">Another program's database, or a store of a newer version.</exception>
    public int Inspect(Connection connection)
    {
        long application = connection.QueryInt64("PRAGMA application_id");
        long version = connection.QueryInt64("PRAGMA user_version");
        if (application != ApplicationId)
        {
            bool isEmpty = application == 0 && version == 0
                && connection.QueryInt64("SELECT COUNT(*) FROM sqlite_schema") == 0;
            return isEmpty ? 0 : throw new SyncException(
                SyncErrorCode.StoreCorrupt,
                $"The file '{connection.Name}' is a SQLite database of another program, not a store.",
                "Name another file; this one was not changed.");
        }

        if (version > Newest)
        {
            throw new SyncException(
                SyncErrorCode.StoreTooNew,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The store '{connection.Name}' has schema version {version}; this library knows up to {Newest}."),
                "Update the app; an older one must not write to this store.");
        }

        return version >= 1 ? (int)version : throw Failures.Corrupt(connection.Name, $"its schema version is {version}");
    }

    /// <summary>Brings a store from a version to the newest, one transaction a step.</summary>
    public void Upgrade(Connection connection, int from, MigrationContext context)
    {
        foreach (Migration migration in migrations)
        {
            if (migration.Version <= from)
            {
                continue;
            }

            connection.Execute("BEGIN IMMEDIATE");
            try
            {
                migration.Apply(connection, context);
                connection.Execute(string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    INSERT INTO ordo_meta(key, value) VALUES('schema_version', {migration.Version})
                      ON CONFLICT(key) DO UPDATE SET value = excluded.value;
                    PRAGMA application_id = {ApplicationId};
                    PRAGMA user_version = {migration.Version};
                    COMMIT
                    """));
            }
            catch
            {
                connection.RollbackQuietly();
                throw;
            }
        }
    }
}
