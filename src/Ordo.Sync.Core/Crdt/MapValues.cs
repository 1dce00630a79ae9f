using System.Runtime.InteropServices;

namespace Ordo.Sync.Crdt;

/// <summary>The values of a map in the order of their keys. Most maps are the few fields of a record, and small.</summary>
internal sealed class MapValues(int capacity = 0)
{
    private readonly List<KeyValuePair<MapKey, CrdtValue>> _entries = new(capacity);

    public int Count => _entries.Count;

    /// <summary>All of them in order. Not to be kept over a change.</summary>
    public ReadOnlySpan<KeyValuePair<MapKey, CrdtValue>> Entries => CollectionsMarshal.AsSpan(_entries);

    /// <summary>All of them in order, for those who look at them one by one.</summary>
    public IReadOnlyList<KeyValuePair<MapKey, CrdtValue>> List => _entries;

    public CrdtValue? Find(MapKey key) => IndexOf(key) is var at and >= 0 ? _entries[at].Value : null;

    /// <summary>Adds a value behind all others.</summary>
    public void Append(MapKey key, CrdtValue value) => _entries.Add(new(key, value));

    /// <summary>Adds a value at its place, where there is none.</summary>
    public void Insert(MapKey key, CrdtValue value)
    {
        // Most have two fields or three: no room for more until there are.
        _entries.EnsureCapacity(2);
        _entries.Insert(~IndexOf(key), new(key, value));
    }

    // The place of a key, or the complement of where it would stand.
    private int IndexOf(MapKey key)
    {
        int low = 0;
        int high = _entries.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = _entries[middle].Key.CompareTo(key);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
