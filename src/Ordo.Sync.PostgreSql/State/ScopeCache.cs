using System.Collections.Concurrent;

namespace Ordo.Sync.PostgreSql.State;

/// <summary>
/// Scopes read or written lately. An entry counts only for the stamp that a transaction finds in the database, so it is of no
/// matter which instance wrote last. Thread-safe.
/// </summary>
internal sealed class ScopeCache
{
    private const int KeptMax = 4096;

    private readonly ConcurrentDictionary<long, ScopeEntry> _entries = new();

    /// <summary>The entry of a scope, if it is the one of that stamp.</summary>
    public ScopeEntry? Find(long id, long stamp) =>
        _entries.TryGetValue(id, out ScopeEntry? entry) && entry.Stamp == stamp ? entry : null;

    /// <summary>Keeps an entry that is committed.</summary>
    public void Keep(ScopeEntry entry)
    {
        if (_entries.Count >= KeptMax)
        {
            _entries.Clear();
        }

        _entries[entry.Id] = entry;
    }
}
