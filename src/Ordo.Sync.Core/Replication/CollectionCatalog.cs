using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication;

/// <summary>
/// The strategies of the collections a store has met, by declaration or in pages: durable, so that a hub treats records
/// alike after a restart although it knows none of the app's types. Thread-safe.
/// </summary>
public sealed class CollectionCatalog
{
    private const string Area = "collections";

    private readonly ConcurrentDictionary<string, ConflictStrategy> _strategies = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConflictStrategy> _unsaved = new(StringComparer.Ordinal);

    /// <summary>The strategies by collection.</summary>
    public IReadOnlyDictionary<string, ConflictStrategy> Strategies => _strategies;

    /// <summary>Reads the catalog of a store.</summary>
    public static async ValueTask<CollectionCatalog> LoadAsync(
        IRecordStore store, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var catalog = new CollectionCatalog();
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        foreach (LocalEntry entry in await snapshot
            .ListLocalAsync(Area, afterKey: null, ProtocolLimits.CollectionsMax, cancellationToken).ConfigureAwait(false))
        {
            int code = int.Parse(Encoding.ASCII.GetString(entry.Value.Span), CultureInfo.InvariantCulture);
            catalog._strategies[entry.Key] = (ConflictStrategy)code;
        }

        return catalog;
    }

    /// <summary>The strategy of a collection; 0 where nobody has named one yet.</summary>
    public ConflictStrategy StrategyOf(string collection) => _strategies.GetValueOrDefault(collection);

    /// <summary>Which siblings of a collection's records replication keeps.</summary>
    public SiblingPolicy PolicyOf(string collection) =>
        new CollectionDescriptor(collection, StrategyOf(collection)).Policy;

    /// <summary>Takes a descriptor in, where the collection has none yet.</summary>
    /// <returns><see langword="false"/> where the collection is known with another strategy.</returns>
    public bool TryDeclare(CollectionDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        if (descriptor.Strategy == 0)
        {
            return true;
        }

        if (_strategies.Count >= ProtocolLimits.CollectionsMax && !_strategies.ContainsKey(descriptor.Name))
        {
            throw new SyncException(
                SyncErrorCode.TooLarge, $"The store already knows {ProtocolLimits.CollectionsMax} collections, the most it takes.");
        }

        if (_strategies.TryAdd(descriptor.Name, descriptor.Strategy))
        {
            _unsaved[descriptor.Name] = descriptor.Strategy;
        }

        return _strategies[descriptor.Name] == descriptor.Strategy;
    }

    /// <summary>Takes a descriptor in, or says which strategies disagree.</summary>
    /// <exception cref="SyncException">The collection is known with another strategy.</exception>
    public void Declare(CollectionDescriptor descriptor)
    {
        if (!TryDeclare(descriptor))
        {
            throw new SyncException(
                SyncErrorCode.StrategyMismatch,
                $"The collection '{descriptor.Name}' is declared with the strategy {descriptor.Strategy}, but known here "
                + $"with {StrategyOf(descriptor.Name)}.",
                "All devices and the hub must declare a collection with the same strategy.");
        }
    }

    /// <summary>Writes what is new to the store in a transaction of the caller.</summary>
    /// <returns>What to hand to <see cref="MarkSaved"/> once the transaction is committed.</returns>
    public async ValueTask<IReadOnlyList<string>> SaveAsync(
        IStoreTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (_unsaved.IsEmpty)
        {
            return [];
        }

        KeyValuePair<string, ConflictStrategy>[] unsaved = [.. _unsaved];
        foreach ((string name, ConflictStrategy strategy) in unsaved)
        {
            byte[] value = Encoding.ASCII.GetBytes(((int)strategy).ToString(CultureInfo.InvariantCulture));
            await transaction.SetLocalAsync(Area, name, value, cancellationToken).ConfigureAwait(false);
        }

        return [.. unsaved.Select(entry => entry.Key)];
    }

    /// <summary>Notes that descriptors are durable.</summary>
    public void MarkSaved(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        foreach (string name in names)
        {
            _unsaved.TryRemove(name, out _);
        }
    }
}
