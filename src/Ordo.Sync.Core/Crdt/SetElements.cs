using System.Runtime.InteropServices;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>
/// The elements of a set and the dots that added them. Most sets are small, and one is made for each write of its record: up to
/// eight elements are looked through, and only more get an index.
/// </summary>
internal sealed class SetElements
{
    private const int UnindexedMax = 8;

    private readonly List<KeyValuePair<Scalar, GlobalDot[]>> _entries = [];
    private Dictionary<Scalar, int>? _places;

    public int Count => _entries.Count;

    /// <summary>The elements with their dots, in no order. Not to be kept over a change.</summary>
    public ReadOnlySpan<KeyValuePair<Scalar, GlobalDot[]>> Entries => CollectionsMarshal.AsSpan(_entries);

    public bool Contains(Scalar element) => Find(element) >= 0;

    /// <summary>The dots of an element; none where it is not there.</summary>
    public GlobalDot[] DotsOf(Scalar element) => Find(element) is var at and >= 0 ? _entries[at].Value : [];

    /// <summary>Gives an element these dots.</summary>
    public void Set(Scalar element, GlobalDot[] dots)
    {
        int at = Find(element);
        if (at >= 0)
        {
            _entries[at] = new(element, dots);
            return;
        }

        // Most have one: no room for more until there are.
        _entries.EnsureCapacity(1);
        _places?.Add(element, _entries.Count);
        _entries.Add(new(element, dots));
        if (_places is null && _entries.Count > UnindexedMax)
        {
            _places = new Dictionary<Scalar, int>(_entries.Count * 2);
            for (int i = 0; i < _entries.Count; i++)
            {
                _places.Add(_entries[i].Key, i);
            }
        }
    }

    public bool Remove(Scalar element)
    {
        int at = Find(element);
        if (at < 0)
        {
            return false;
        }

        RemoveAt(at);
        return true;
    }

    /// <summary>Keeps of each element's dots what a function leaves of them, and the elements that have any left.</summary>
    public void Keep(Func<GlobalDot[], GlobalDot[]> leave)
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            (Scalar element, GlobalDot[] dots) = _entries[i];
            GlobalDot[] left = leave(dots);
            if (left.Length == 0)
            {
                RemoveAt(i);
            }
            else if (!ReferenceEquals(left, dots))
            {
                _entries[i] = new(element, left);
            }
        }
    }

    public void Clear()
    {
        _entries.Clear();
        _places = null;
    }

    /// <summary>Makes room for more elements.</summary>
    public void Reserve(int more) => _entries.EnsureCapacity(_entries.Count + more);

    // The last takes the place.
    private void RemoveAt(int at)
    {
        int last = _entries.Count - 1;
        _places?.Remove(_entries[at].Key);
        if (at < last)
        {
            _entries[at] = _entries[last];
            _places?[_entries[at].Key] = at;
        }

        _entries.RemoveAt(last);
    }

    private int Find(Scalar element)
    {
        if (_places is not null)
        {
            return _places.TryGetValue(element, out int place) ? place : -1;
        }

        for (int i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].Key == element)
            {
                return i;
            }
        }

        return -1;
    }
}
