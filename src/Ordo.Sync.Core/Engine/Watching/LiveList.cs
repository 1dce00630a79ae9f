using System.Collections.Specialized;
using Ordo.Sync.Engine.Collections;

namespace Ordo.Sync.Engine.Watching;

/// <summary>The ordered records of a live collection, and where each stands. For one caller at a time.</summary>
internal sealed class LiveList<T>(IComparer<LiveEntry<T>> order)
{
    private readonly Dictionary<string, LiveEntry<T>> _byKey = new(StringComparer.Ordinal);
    private List<LiveEntry<T>> _sorted = [];

    public int Count => _sorted.Count;

    public Record<T> this[int index] => _sorted[index].Record;

    /// <summary>The record of a key; <see langword="null"/> where it is not held.</summary>
    public Record<T>? Find(string key) => _byKey.TryGetValue(key, out LiveEntry<T>? entry) ? entry.Record : null;

    /// <summary>Where a record stands; less than 0 where it does not.</summary>
    public int IndexOf(Record<T> record) =>
        _byKey.TryGetValue(record.Key, out LiveEntry<T>? entry) && ReferenceEquals(entry.Record, record) ? IndexOf(entry) : -1;

    /// <summary>All records in their order, as a copy.</summary>
    public Record<T>[] ToArray() => _sorted.ConvertAll(entry => entry.Record).ToArray();

    /// <summary>Puts an entry in the place of the one of its key, where the order allows it.</summary>
    /// <returns>What happened; <see langword="null"/> where nothing did.</returns>
    public NotifyCollectionChangedEventArgs? TryReplace(LiveEntry<T> entry)
    {
        if (!_byKey.TryGetValue(entry.Key, out LiveEntry<T>? before) || IndexOf(before) is var at && !FitsAt(at, entry))
        {
            return null;
        }

        _byKey[entry.Key] = entry;
        _sorted[at] = entry;
        return new(NotifyCollectionChangedAction.Replace, entry.Record, before.Record, at);
    }

    /// <summary>Removes the entry of a key.</summary>
    /// <returns>What happened; <see langword="null"/> where nothing did.</returns>
    public NotifyCollectionChangedEventArgs? Remove(string key)
    {
        if (!_byKey.Remove(key, out LiveEntry<T>? before))
        {
            return null;
        }

        int at = IndexOf(before);
        _sorted.RemoveAt(at);
        return new(NotifyCollectionChangedAction.Remove, before.Record, at);
    }

    /// <summary>Adds an entry whose key is not held.</summary>
    public NotifyCollectionChangedEventArgs Add(LiveEntry<T> entry)
    {
        int at = ~_sorted.BinarySearch(entry, order);
        _byKey.Add(entry.Key, entry);
        _sorted.Insert(at, entry);
        return new(NotifyCollectionChangedAction.Add, entry.Record, at);
    }

    /// <summary>Applies many changes at once, in time proportional to what is held and changed.</summary>
    public void Merge(IReadOnlyList<LiveChange<T>> changes)
    {
        var gone = new HashSet<LiveEntry<T>>(ReferenceEqualityComparer.Instance);
        foreach (LiveChange<T> change in changes)
        {
            if (_byKey.Remove(change.Key, out LiveEntry<T>? before))
            {
                gone.Add(before);
            }

            if (change.Entry is { } after)
            {
                _byKey.Add(change.Key, after);
            }
        }

        // Of a key that changed twice the last change counts: it is the one that stands under the key.
        List<LiveEntry<T>> added = [.. changes
            .Where(change => change.Entry is { } entry && ReferenceEquals(_byKey.GetValueOrDefault(change.Key), entry))
            .Select(change => change.Entry!)];
        added.Sort(order);
        var merged = new List<LiveEntry<T>>(_byKey.Count);
        int next = 0;
        foreach (LiveEntry<T> kept in _sorted)
        {
            if (gone.Count > 0 && gone.Contains(kept))
            {
                continue;
            }

            while (next < added.Count && order.Compare(added[next], kept) < 0)
            {
                merged.Add(added[next++]);
            }

            merged.Add(kept);
        }

        merged.AddRange(added.Skip(next));
        _sorted = merged;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _byKey.Clear();
        _sorted = [];
    }

    private int IndexOf(LiveEntry<T> entry)
    {
        int at = _sorted.BinarySearch(entry, order);

        // An app that changes a value it was shown breaks the order; the record is still found.
        return at >= 0 && ReferenceEquals(_sorted[at], entry) ? at : _sorted.FindIndex(one => ReferenceEquals(one, entry));
    }

    // Whether an entry may take the place of the one there.
    private bool FitsAt(int index, LiveEntry<T> entry) =>
        (index == 0 || order.Compare(_sorted[index - 1], entry) < 0)
        && (index == _sorted.Count - 1 || order.Compare(entry, _sorted[index + 1]) < 0);
}
