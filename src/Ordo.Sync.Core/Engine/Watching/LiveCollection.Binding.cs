using System.Collections;
using Ordo.Sync.Engine.Collections;

namespace Ordo.Sync.Engine.Watching;

/// <content>What list controls ask for: a read-only <see cref="IList"/>, so that they can draw what is in view alone.</content>
public sealed partial class LiveCollection<T> : IList
{
    /// <inheritdoc/>
    bool IList.IsFixedSize => false;

    /// <inheritdoc/>
    bool IList.IsReadOnly => true;

    /// <inheritdoc/>
    bool ICollection.IsSynchronized => false;

    /// <inheritdoc/>
    object ICollection.SyncRoot => this;

    /// <inheritdoc/>
    object? IList.this[int index]
    {
        get => this[index];
        set => throw ReadOnly();
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => Copy().GetEnumerator();

    /// <inheritdoc/>
    bool IList.Contains(object? value) => IndexOf(value) >= 0;

    /// <inheritdoc/>
    int IList.IndexOf(object? value) => IndexOf(value);

    /// <inheritdoc/>
    void ICollection.CopyTo(Array array, int index) => Copy().CopyTo(array, index);

    /// <inheritdoc/>
    int IList.Add(object? value) => throw ReadOnly();

    /// <inheritdoc/>
    void IList.Clear() => throw ReadOnly();

    /// <inheritdoc/>
    void IList.Insert(int index, object? value) => throw ReadOnly();

    /// <inheritdoc/>
    void IList.Remove(object? value) => throw ReadOnly();

    /// <inheritdoc/>
    void IList.RemoveAt(int index) => throw ReadOnly();

    private static NotSupportedException ReadOnly() =>
        new("A live collection shows what is stored: write to the ISyncCollection, and the change arrives here.");

    private int IndexOf(object? value)
    {
        if (value is not Record<T> record)
        {
            return -1;
        }

        lock (_lock)
        {
            return _list.IndexOf(record);
        }
    }
}
