namespace Ordo.Sync.Storage.Memory;

/// <summary>
/// A sorted map that forks in constant time: a B+ tree whose nodes are copied before their first change by a fork, so
/// that a write costs what it touches and a reader's fork never changes under it.
/// </summary>
/// <remarks>
/// Reads are thread-safe while nobody writes this very fork; writes are for one caller at a time. Enumerations must not
/// outlive the next write to the fork that they read.
/// </remarks>
internal sealed class OrderedMap<TKey, TValue>
    where TKey : IComparable<TKey>
{
    private object _owner = new();
    private OrderedMapNode<TKey, TValue>? _root;

    public int Count { get; private set; }

    /// <summary>A map of the same content; from now on neither sees the other's writes.</summary>
    public OrderedMap<TKey, TValue> Fork()
    {
        // This map gives up its nodes too: were it written again, it would change them under the fork.
        _owner = new object();
        return new OrderedMap<TKey, TValue> { _root = _root, Count = Count };
    }

    public bool TryGet(TKey key, out TValue value)
    {
        for (OrderedMapNode<TKey, TValue>? node = _root; node is not null;)
        {
            int at = node.Find(key);
            if (node.Children is { } children)
            {
                node = children[OrderedMapNode<TKey, TValue>.ChildAt(at)];
                continue;
            }

            if (at >= 0)
            {
                value = node.Values[at];
                return true;
            }

            break;
        }

        value = default!;
        return false;
    }

    public bool Contains(TKey key) => TryGet(key, out _);

    public void Set(TKey key, TValue value)
    {
        OrderedMapNode<TKey, TValue> root = _root is null ? new(_owner, isLeaf: true) : _root.OwnedBy(_owner);
        _root = root;
        if (Insert(root, key, value) is { } right)
        {
            _root = new OrderedMapNode<TKey, TValue>(_owner, isLeaf: false);
            _root.Insert(0, root.Keys[0], default!, root);
            _root.Insert(1, right.Keys[0], default!, right);
        }
    }

    public bool Remove(TKey key)
    {
        if (_root is null || !Contains(key))
        {
            return false;
        }

        OrderedMapNode<TKey, TValue> root = _root.OwnedBy(_owner);
        Remove(root, key);
        Count--;
        while (root is { Children: not null, Count: 1 })
        {
            root = root.Children[0];
        }

        _root = root.Count == 0 ? null : root;
        return true;
    }

    /// <summary>The entries in order, from the first.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> All() => From(static _ => false);

    /// <summary>The entries in order, from the first whose key is not before a place.</summary>
    /// <param name="isBefore">
    /// Whether a key is before the place; true for all keys up to one, false for the others.
    /// </param>
    public IEnumerable<KeyValuePair<TKey, TValue>> From(Func<TKey, bool> isBefore)
    {
        var path = new Stack<(OrderedMapNode<TKey, TValue> Node, int At)>();
        for (OrderedMapNode<TKey, TValue>? node = _root; node is not null;)
        {
            int at = node.CountWhile(isBefore);
            int child = Math.Max(at - 1, 0);
            path.Push((node, node.Children is null ? at : child + 1));
            node = node.Children?[child];
        }

        return Walk(path, 1);
    }

    /// <summary>The entries in reverse order, from the last whose key is not after a place.</summary>
    /// <param name="isAfter">
    /// Whether a key is after the place; false for all keys up to one, true for the others.
    /// </param>
    public IEnumerable<KeyValuePair<TKey, TValue>> BackFrom(Func<TKey, bool> isAfter)
    {
        var path = new Stack<(OrderedMapNode<TKey, TValue> Node, int At)>();
        for (OrderedMapNode<TKey, TValue>? node = _root; node is not null;)
        {
            int at = node.CountWhile(key => !isAfter(key)) - 1;
            int child = Math.Max(at, 0);
            path.Push((node, node.Children is null ? at : child - 1));
            node = node.Children?[child];
        }

        return Walk(path, -1);
    }

    private static IEnumerable<KeyValuePair<TKey, TValue>> Walk(
        Stack<(OrderedMapNode<TKey, TValue> Node, int At)> path, int step)
    {
        while (path.TryPop(out (OrderedMapNode<TKey, TValue> Node, int At) top))
        {
            (OrderedMapNode<TKey, TValue> node, int at) = top;
            if (at < 0 || at >= node.Count)
            {
                continue;
            }

            path.Push((node, at + step));
            if (node.Children is { } children)
            {
                OrderedMapNode<TKey, TValue> child = children[at];
                path.Push((child, step > 0 ? 0 : child.Count - 1));
            }
            else
            {
                yield return new KeyValuePair<TKey, TValue>(node.Keys[at], node.Values[at]);
            }
        }
    }

    // The node is owned. Returns its new right neighbour where it split.
    private OrderedMapNode<TKey, TValue>? Insert(OrderedMapNode<TKey, TValue> node, TKey key, TValue value)
    {
        int at = node.Find(key);
        if (node.Children is not { } children)
        {
            if (at >= 0)
            {
                node.Values[at] = value;
                return null;
            }

            Count++;
            return node.InsertOrSplit(~at, key, value, null);
        }

        int place = OrderedMapNode<TKey, TValue>.ChildAt(at);
        if (at == ~0)
        {
            // The first separator stays at or below all that its child holds, else a later split would unsort them.
            node.Keys[0] = key;
        }

        OrderedMapNode<TKey, TValue> child = children[place].OwnedBy(_owner);
        children[place] = child;
        OrderedMapNode<TKey, TValue>? right = Insert(child, key, value);
        return right is null ? null : node.InsertOrSplit(place + 1, right.Keys[0], default!, right);
    }

    // The node is owned and holds the key.
    private void Remove(OrderedMapNode<TKey, TValue> node, TKey key)
    {
        int at = node.Find(key);
        if (node.Children is not { } children)
        {
            node.RemoveAt(at);
            return;
        }

        int place = OrderedMapNode<TKey, TValue>.ChildAt(at);
        OrderedMapNode<TKey, TValue> child = children[place].OwnedBy(_owner);
        children[place] = child;
        Remove(child, key);
        if (child.Count == 0)
        {
            node.RemoveAt(place);
        }
        else if (place + 1 < node.Count && child.CanAbsorb(children[place + 1]))
        {
            child.Absorb(children[place + 1]);
            node.RemoveAt(place + 1);
        }
    }
}
