using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Strategies;
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

    private readonly ConcurrentDictionary<string, CollectionDescriptor> _descriptors = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CollectionDescriptor> _unsaved = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, StrategyBehavior> _behaviors = new(StringComparer.Ordinal);

    private volatile bool _isSealed;

    private CollectionCatalog() => _descriptors[SystemCollections.History] =
        new CollectionDescriptor(SystemCollections.History, ConflictStrategy.LastWriteWins);

    /// <summary>The descriptors by collection.</summary>
    public IReadOnlyDictionary<string, CollectionDescriptor> Descriptors => _descriptors;

    /// <summary>Reads the catalog of a store.</summary>
    public static async ValueTask<CollectionCatalog> LoadAsync(
        IRecordStore store, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var catalog = new CollectionCatalog();
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        await catalog.RefreshAsync(snapshot, cancellationToken).ConfigureAwait(false);
        return catalog;
    }

    /// <summary>
    /// Takes in what the store holds, which counts before anything that is not saved: another process may have written it.
    /// </summary>
    public async ValueTask RefreshAsync(IStoreSnapshot snapshot, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        foreach (LocalEntry entry in await snapshot
            .ListLocalAsync(Area, afterKey: null, ProtocolLimits.CollectionsMax, cancellationToken).ConfigureAwait(false))
        {
            _descriptors[entry.Key] = Decode(entry);
            _unsaved.TryRemove(entry.Key, out _);
        }
    }

    /// <summary>Whether the store is known to hold all of some collections: what it holds of them does not change any more.</summary>
    internal bool HasSaved(IEnumerable<CollectionDescriptor> collections) => collections.All(collection =>
        _descriptors.TryGetValue(collection.Name, out CollectionDescriptor? known) && known.Strategy != 0
            && !_unsaved.ContainsKey(collection.Name));

    /// <summary>The strategy of a collection; 0 where nobody has named one yet.</summary>
    public ConflictStrategy StrategyOf(string collection) => _descriptors.GetValueOrDefault(collection)?.Strategy ?? 0;

    /// <summary>Fails where a record of a collection came in the wrong lane of its scope.</summary>
    /// <exception cref="SyncException">The collection's records stand in the other lane.</exception>
    public void RequireLane(string scope, string collection)
    {
        if (!SystemCollections.Contains(collection)
            && _descriptors.TryGetValue(collection, out CollectionDescriptor? descriptor)
            && descriptor.IsEphemeral != ScopeLane.IsEphemeral(scope))
        {
            throw new SyncException(
                SyncErrorCode.StrategyMismatch,
                $"A record of the collection '{collection}' came in '{scope}', which is the wrong lane of its scope.",
                "All devices and the hub must agree on whether a collection is ephemeral.");
        }
    }

    /// <summary>What the strategy of a collection does here.</summary>
    public StrategyBehavior BehaviorOf(string collection) =>
        _behaviors.TryGetValue(collection, out StrategyBehavior? behavior)
            ? behavior
            : StrategyBehaviors.For(StrategyOf(collection));

    /// <summary>Sets what this replica does for a collection: a resolver of the app, a bound of its own.</summary>
    public void UseBehavior(string collection, StrategyBehavior behavior) => _behaviors[collection] = behavior;

    /// <summary>Which siblings of a collection's records replication keeps.</summary>
    public SiblingPolicy PolicyOf(string collection) =>
        _descriptors.TryGetValue(collection, out CollectionDescriptor? descriptor)
            ? descriptor.Policy
            : SiblingPolicy.KeepAll;

    /// <summary>
    /// Takes no more collections in than are known now: callers who declare others, in a hello or a page, are refused.
    /// </summary>
    public void Seal() => _isSealed = true;

    /// <summary>Takes a descriptor in, where the collection has none yet.</summary>
    /// <returns><see langword="false"/> where the collection is known with another strategy.</returns>
    public bool TryDeclare(CollectionDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        if (descriptor.Strategy == 0)
        {
            return true;
        }

        if (_isSealed && !_descriptors.ContainsKey(descriptor.Name))
        {
            throw new SyncException(
                SyncErrorCode.Forbidden,
                $"The collection '{descriptor.Name}' is not known here, and callers may not declare any.",
                "Have whoever runs the hub declare it.");
        }

        if (_descriptors.Count >= ProtocolLimits.CollectionsMax && !_descriptors.ContainsKey(descriptor.Name))
        {
            throw new SyncException(
                SyncErrorCode.TooLarge, $"The store already knows {ProtocolLimits.CollectionsMax} collections, the most it takes.");
        }

        if (_descriptors.TryAdd(descriptor.Name, descriptor))
        {
            _unsaved[descriptor.Name] = descriptor;
        }

        return _descriptors[descriptor.Name] == descriptor;
    }

    /// <summary>Takes a descriptor in, or says which strategies disagree.</summary>
    /// <exception cref="SyncException">The collection is known with another strategy.</exception>
    public void Declare(CollectionDescriptor descriptor)
    {
        if (!TryDeclare(descriptor))
        {
            throw Mismatch(descriptor, _descriptors[descriptor.Name]);
        }
    }

    /// <summary>Writes what is new to the store in a transaction of the caller.</summary>
    /// <returns>What to hand to <see cref="MarkSaved"/> once the transaction is committed.</returns>
    /// <exception cref="SyncException">Another process has declared one of them with another strategy meanwhile.</exception>
    public async ValueTask<IReadOnlyList<string>> SaveAsync(
        IStoreTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (_unsaved.IsEmpty)
        {
            return [];
        }

        KeyValuePair<string, CollectionDescriptor>[] unsaved = [.. _unsaved];
        foreach ((string name, CollectionDescriptor descriptor) in unsaved)
        {
            byte[] value = Encode(descriptor);
            if (await transaction.GetLocalAsync(Area, name, cancellationToken).ConfigureAwait(false) is { } present
                && !present.Span.SequenceEqual(value))
            {
                throw Mismatch(descriptor, Decode(new LocalEntry(name, present)));
            }

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

    /// <summary>A descriptor in words, for messages.</summary>
    public static string Describe(CollectionDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return $"{descriptor.Strategy}, {(descriptor.IsEphemeral ? "ephemeral" : "structured")}";
    }

    private static SyncException Mismatch(CollectionDescriptor declared, CollectionDescriptor known) => new(
        SyncErrorCode.StrategyMismatch,
        $"The collection '{declared.Name}' is declared as {Describe(declared)}, but known here as {Describe(known)}.",
        "All devices and the hub must declare a collection with the same strategy and the same kind of store.");

    // The strategy's number, and an 'e' behind it where the collection is ephemeral.
    private static byte[] Encode(CollectionDescriptor descriptor) => Encoding.ASCII.GetBytes(
        ((int)descriptor.Strategy).ToString(CultureInfo.InvariantCulture) + (descriptor.IsEphemeral ? "e" : string.Empty));

    private static CollectionDescriptor Decode(LocalEntry entry) => StoredForm.Decode(entry.Value, "a collection", value =>
    {
        string text = Encoding.ASCII.GetString(value.Span);
        bool isEphemeral = text.EndsWith('e');
        int code = int.Parse(isEphemeral ? text.AsSpan(..^1) : text, NumberStyles.None, CultureInfo.InvariantCulture);
        return new CollectionDescriptor(entry.Key, (ConflictStrategy)code) { IsEphemeral = isEphemeral };
    });
}
