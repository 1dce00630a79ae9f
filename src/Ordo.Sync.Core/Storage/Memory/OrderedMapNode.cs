namespace Ordo.Sync.Storage.Memory;

/// <summary>
/// A node of an <see cref="OrderedMap{TKey, TValue}"/>: a leaf's keys and values, or children, each with a key that is
/// at or below all it holds and above all that the child before it holds.
/// </summary>
internal sealed class OrderedMapNode<TKey, TValue>
    where TKey : IComparable<TKey>
{
    private const int CountMax = 32;

    private readonly object _owner;

    public OrderedMapNode(object owner, bool isLeaf)
        : this(owner, isLeaf, capacity: 4)
    {
    }

    private OrderedMapNode(object owner, bool isLeaf, int capacity)
    {
        _owner = owner;
        Keys = new TKey[capacity];
        Values = isLeaf ? new TValue[capacity] : [];
        Children = isLeaf ? null : new OrderedMapNode<TKey, TValue>[capacity];
    }

    public int Count { get; private set; }

    public TKey[] Keys { get; private set; }

    /// <summary>The values; empty where this is no leaf.</summary>
    public TValue[] Values { get; private set; }

    /// <summary>The children; <see langword="null"/> in a leaf.</summary>
    public OrderedMapNode<TKey, TValue>[]? Children { get; private set; }

    /// <summary>The child for a key that <see cref="Find"/> found at <paramref name="at"/>.</summary>
    public static int ChildAt(int at) => at >= 0 ? at : Math.Max(~at - 1, 0);

    /// <summary>This node where the owner may change it; else a copy that it may.</summary>
    public OrderedMapNode<TKey, TValue> OwnedBy(object owner)
    {
        if (ReferenceEquals(_owner, owner))
        {
            return this;
        }

        var copy = new OrderedMapNode<TKey, TValue>(owner, Children is null, Math.Min(Count + 2, CountMax));
        copy.Append(this, 0);
        return copy;
    }

    /// <summary>The place of a key, or the complement of where it would stand.</summary>
    public int Find(TKey key)
    {
        int low = 0;
        int high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = Keys[middle].CompareTo(key);
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return ~low;
    }

    /// <summary>How many keys, from the first, a predicate holds for that holds for none behind them.</summary>
    public int CountWhile(Func<TKey, bool> predicate)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (predicate(Keys[middle]))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Inserts into this node or, where it is full, splits it; returns the new right neighbour then.</summary>
    public OrderedMapNode<TKey, TValue>? InsertOrSplit(
        int at, TKey key, TValue value, OrderedMapNode<TKey, TValue>? child)
    {
        if (Count < CountMax)
        {
            Insert(at, key, value, child);
            return null;
        }

        // Keys that come in order (new dots, journal sequences) leave full nodes behind instead of half-full ones.
        int cut = at == Count ? Count : Count / 2;
        var right = new OrderedMapNode<TKey, TValue>(_owner, Children is null);
        right.Append(this, cut);
        Truncate(cut);
        if (at > cut || right.Count == 0)
        {
            right.Insert(at - cut, key, value, child);
        }
        else
        {
            Insert(at, key, value, child);
        }

        return right;
    }

    public void Insert(int at, TKey key, TValue value, OrderedMapNode<TKey, TValue>? child)
    {
        Reserve(Count + 1);
        Array.Copy(Keys, at, Keys, at + 1, Count - at);
        Keys[at] = key;
        if (Children is { } children)
        {
            Array.Copy(children, at, children, at + 1, Count - at);
            children[at] = child!;
        }
        else
        {
            Array.Copy(Values, at, Values, at + 1, Count - at);
            Values[at] = value;
        }

        Count++;
    }

    public void RemoveAt(int at)
    {
        Array.Copy(Keys, at + 1, Keys, at, Count - at - 1);
        if (Children is { } children)
        {
            Array.Copy(children, at + 1, children, at, Count - at - 1);
        }
        else
        {
            Array.Copy(Values, at + 1, Values, at, Count - at - 1);
        }

        Truncate(Count - 1);
    }

    /// <summary>Whether both nodes are empty enough to become one that is not nearly full.</summary>
    public bool CanAbsorb(OrderedMapNode<TKey, TValue> right) => Count + right.Count <= CountMax / 2;

    /// <summary>Takes over all that the right neighbour holds.</summary>
    public void Absorb(OrderedMapNode<TKey, TValue> right) => Append(right, 0);

    private void Append(OrderedMapNode<TKey, TValue> source, int from)
    {
        int count = source.Count - from;
        Reserve(Count + count);
        Array.Copy(source.Keys, from, Keys, Count, count);
        if (Children is { } children)
        {
            Array.Copy(source.Children!, from, children, Count, count);
        }
        else
        {
            Array.Copy(source.Values, from, Values, Count, count);
        }

        Count += count;
    }

    // What is cut off must not be kept alive.
    private void Truncate(int count)
    {
        Array.Clear(Keys, count, Count - count);
        if (Children is { } children)
        {
            Array.Clear(children, count, Count - count);
        }
        else
        {
            Array.Clear(Values, count, Count - count);
        }

        Count = count;
    }

    private void Reserve(int count)
    {
        if (count <= Keys.Length)
        {
            return;
        }

        int capacity = Math.Min(Math.Max(count, Keys.Length * 2), CountMax);
        TKey[] keys = Keys;
        Array.Resize(ref keys, capacity);
        Keys = keys;
        if (Children is { } children)
        {
            Array.Resize(ref children, capacity);
            Children = children;
        }
        else
        {
            TValue[] values = Values;
            Array.Resize(ref values, capacity);
            Values = values;
        }
    }
}
