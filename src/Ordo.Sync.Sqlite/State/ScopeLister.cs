using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Schema;

namespace Ordo.Sync.Sqlite.State;

/// <summary>Lists the scopes that hold anything: state, journal entries or records.</summary>
internal static class ScopeLister
{
    private static readonly SqlText SelectScopes = new(
        "SELECT s.id, s.name, EXISTS(SELECT 1 FROM ordo_state t WHERE t.scope = s.id) FROM ordo_scope s ORDER BY s.name");

    /// <param name="connection">The connection to read from.</param>
    /// <param name="catalog">The collections it sees.</param>
    /// <param name="pending">What a transaction has not written yet: a scope's state by its number.</param>
    public static IReadOnlyList<string> List(
        Connection connection, Catalog catalog, IReadOnlyDictionary<long, ScopeEntry>? pending = null)
    {
        var names = new List<string>();
        using Statement row = connection.Prepare(SelectScopes);
        while (row.Step())
        {
            long scope = row.GetInt64(0);
            bool hasState = pending is not null && pending.TryGetValue(scope, out ScopeEntry? entry)
                ? HoldsAnything(entry)
                : row.GetInt64(2) != 0;
            if (hasState || HoldsRecords(connection, catalog, scope))
            {
                names.Add(row.GetText(1));
            }
        }

        return names;
    }

    private static bool HoldsAnything(ScopeEntry entry) =>
        entry.HasHeader || !entry.State.Knowledge.IsEmpty || !entry.State.Forgotten.IsEmpty
        || !entry.State.Exceptions.IsDefaultOrEmpty;

    private static bool HoldsRecords(Connection connection, Catalog catalog, long scope)
    {
        foreach (CollectionTable table in catalog.Tables)
        {
            using Statement row = connection.Prepare(table.HoldsScope).Bind(1, scope);
            if (row.Step())
            {
                return true;
            }
        }

        return false;
    }
}
