using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Writes;

namespace Ordo.Sync.Engine;

/// <summary>Collects writes of one scope that are to be committed together.</summary>
public sealed class WriteBatch
{
    private readonly List<RecordWrite> _writes = [];

    internal WriteBatch()
    {
    }

    internal string? Scope { get; private set; }

    internal IReadOnlyList<RecordWrite> Writes => _writes;

    /// <summary>Writes a whole record.</summary>
    public WriteBatch Put<T>(ISyncCollection<T> collection, string key, T value, WriteOptions? options = null)
    {
        SyncCollection<T> target = Target(collection);
        _writes.Add(target.PutOf(key, value, options));
        return this;
    }

    /// <summary>Writes some fields of a record.</summary>
    public WriteBatch Patch<T>(
        ISyncCollection<T> collection, string key, Action<PatchBuilder<T>> patch, WriteOptions? options = null)
    {
        SyncCollection<T> target = Target(collection);
        _writes.Add(target.PatchOf(key, patch, options));
        return this;
    }

    /// <summary>Deletes a record.</summary>
    public WriteBatch Delete<T>(ISyncCollection<T> collection, string key, WriteOptions? options = null)
    {
        SyncCollection<T> target = Target(collection);
        _writes.Add(target.DeleteOf(key, options));
        return this;
    }

    private SyncCollection<T> Target<T>(ISyncCollection<T> collection)
    {
        ArgumentNullException.ThrowIfNull(collection);
        if (Scope is not null && !string.Equals(Scope, collection.Scope, StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"A batch is of one scope: it began in '{Scope}', this collection is in '{collection.Scope}'. Write two batches.");
        }

        Scope = collection.Scope;
        return collection as SyncCollection<T>
            ?? throw new ArgumentException("The collection does not come from this engine.", nameof(collection));
    }
}
