using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Schema;

/// <summary>
/// One step of the schema: from the version before to <see cref="Version"/>. Runs in a transaction of its own that also
/// writes the version, so a store is never between two. A new version is a new file here and a line in
/// <see cref="SchemaHistory"/>.
/// </summary>
internal abstract class Migration
{
    /// <summary>The version the schema has afterwards.</summary>
    public abstract int Version { get; }

    /// <summary>Changes the schema and what it holds.</summary>
    public abstract void Apply(Connection connection, MigrationContext context);
}
