namespace Ordo.Sync.Sqlite.Driver;

/// <summary>
/// A statement's text with an identity of its own, so that a connection finds its prepared form without hashing SQL.
/// </summary>
internal sealed class SqlText(string sql)
{
    /// <summary>The SQL.</summary>
    public string Sql { get; } = sql;

    /// <inheritdoc/>
    public override string ToString() => Sql;
}
