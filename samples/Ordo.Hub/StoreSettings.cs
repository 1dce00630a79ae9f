namespace Ordo.Hub;

/// <summary>Where the hub keeps its records: one process over a SQLite file, or any number over a PostgreSQL database.</summary>
internal sealed class StoreSettings
{
    public StoreKind Kind { get; set; } = StoreKind.Sqlite;

    public string ConnectionString { get; set; } = "Data Source=hub.db";

    /// <summary>The schema of the tables in PostgreSQL.</summary>
    public string Schema { get; set; } = "ordo_sync";
}
