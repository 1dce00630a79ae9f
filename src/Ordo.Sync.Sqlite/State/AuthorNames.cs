using System.Collections.Concurrent;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.State;

/// <summary>
/// The authors that versions name, interned. Holds committed ones only, and only as many as are in use; the others are
/// read when needed. Thread-safe.
/// </summary>
internal sealed class AuthorNames
{
    /// <summary>The number that stands for no author.</summary>
    public const long None = 0;

    private const int KeptMax = 8192;

    private static readonly SqlText SelectName = new("SELECT name FROM ordo_author WHERE id = ?1");

    private static readonly SqlText SelectId = new("SELECT id FROM ordo_author WHERE name = ?1");

    private readonly ConcurrentDictionary<long, string> _names = new();
    private readonly ConcurrentDictionary<string, long> _ids = new(StringComparer.Ordinal);

    /// <summary>The name of an author whose row the connection sees, committed.</summary>
    public string NameOf(Connection connection, long id)
    {
        if (id == None)
        {
            return string.Empty;
        }

        if (_names.TryGetValue(id, out string? name))
        {
            return name;
        }

        using Statement row = connection.Prepare(SelectName).Bind(1, id);
        name = row.Step() ? row.GetText(0) : throw Failures.Corrupt(connection.Name, $"the author {id} is missing");
        Remember(id, name);
        return name;
    }

    /// <summary>The number of a committed author; <see cref="None"/> where there is none of that name.</summary>
    public long Find(Connection connection, string name)
    {
        if (_ids.TryGetValue(name, out long id))
        {
            return id;
        }

        using Statement row = connection.Prepare(SelectId).Bind(1, name);
        if (!row.Step())
        {
            return None;
        }

        id = row.GetInt64(0);
        Remember(id, name);
        return id;
    }

    /// <summary>Keeps an author that is committed.</summary>
    public void Remember(long id, string name)
    {
        if (_ids.Count >= KeptMax)
        {
            _ids.Clear();
            _names.Clear();
        }

        _names[id] = name;
        _ids[name] = id;
    }
}
