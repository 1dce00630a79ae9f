using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Ordo.Sync.Replication.Codec;

/// <summary>
/// Gathers items of which the most are known, in one array that becomes the result: a page has some for each of its records.
/// </summary>
/// <param name="capacity">How many there are at most.</param>
internal struct FixedList<T>(int capacity)
{
    private readonly T[] _items = new T[capacity];
    private int _count;

    /// <summary>What was added so far.</summary>
    public readonly ReadOnlySpan<T> Items => _items.AsSpan(0, _count);

    public void Add(T item) => _items[_count++] = item;

    /// <summary>All items; nothing may be added afterwards.</summary>
    public readonly ImmutableArray<T> ToImmutable() =>
        _count == _items.Length ? ImmutableCollectionsMarshal.AsImmutableArray(_items) : [.. Items];
}
