using System.Collections.Concurrent;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.State;

/// <summary>
/// The numbers of scopes. A scope keeps its number for ever, also when it is dropped, so a committed number never goes
/// stale. Thread-safe.
/// </summary>
internal sealed class ScopeNames
{
    /// <summary>No scope.</summary>
    public const long None = 0;

    private static readonly SqlText SelectId = new("SELECT id FROM ordo_scope WHERE name = ?1");

    private readonly ConcurrentDictionary<string, long> _ids = new(StringComparer.Ordinal);

    /// <summary>
    /// The number of a scope that the connection sees; <see cref="None"/> where there is none of that name.
    /// </summary>
    public long Find(Connection connection, string scope)
    {
        if (_ids.TryGetValue(scope, out long id))
        {
            return id;
        }

        using Statement row = connection.Prepare(SelectId).Bind(1, scope);
        if (!row.Step())
        {
            return None;
        }

        id = row.GetInt64(0);
        Remember(scope, id);
        return id;
    }

    /// <summary>Keeps the number of a scope that is committed.</summary>
    public void Remember(string scope, long id)
    {
        if (_ids.Count >= StoreState.ScopesMax)
        {
            _ids.Clear();
        }

        _ids[scope] = id;
    }
}
