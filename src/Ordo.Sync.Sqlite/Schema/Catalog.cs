using System.Collections.Immutable;

namespace Ordo.Sync.Sqlite.Schema;

/// <summary>The collections of a store. Immutable.</summary>
internal sealed class Catalog
{
    private readonly ImmutableSortedDictionary<string, CollectionTable> _byName;

    private Catalog(ImmutableSortedDictionary<string, CollectionTable> byName) => _byName = byName;

    public static Catalog Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, CollectionTable>(StringComparer.Ordinal));

    /// <summary>
    /// The tables in the order of their collections' names, which are ASCII: so also in that of keys.
    /// </summary>
    public IEnumerable<CollectionTable> Tables => _byName.Values;

    public int Count => _byName.Count;

    public CollectionTable? Find(string collection) => _byName.GetValueOrDefault(collection);

    public CollectionTable? Find(int id)
    {
        foreach (CollectionTable table in _byName.Values)
        {
            if (table.Id == id)
            {
                return table;
            }
        }

        return null;
    }

    public Catalog With(CollectionTable table) => new(_byName.SetItem(table.Name, table));
}
