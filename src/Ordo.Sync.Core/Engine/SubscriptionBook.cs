using System.Buffers.Binary;
using System.Collections.Immutable;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine;

/// <summary>The scopes this device is subscribed to and how urgent each is, durable. Thread-safe.</summary>
internal sealed class SubscriptionBook
{
    private const string Area = "subscriptions";
    private const int CountMax = 10_000;

    private readonly IRecordStore _store;
    private ImmutableSortedDictionary<string, int> _scopes =
        ImmutableSortedDictionary<string, int>.Empty.WithComparers(StringComparer.Ordinal);

    private SubscriptionBook(IRecordStore store) => _store = store;

    public IReadOnlyCollection<string> Scopes => [.. _scopes.Keys];

    /// <summary>Reads the subscriptions and adds the configured ones.</summary>
    /// <param name="store">The store.</param>
    /// <param name="configured">The scopes that the app subscribes to whenever it starts.</param>
    /// <param name="return">
    /// Prepares the store for a configured scope that is not in the book: it may be one that was left, or revoked, before.
    /// </param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async ValueTask<SubscriptionBook> LoadAsync(
        IRecordStore store,
        ImmutableArray<ConfiguredScope> configured,
        Func<string, CancellationToken, ValueTask> @return,
        CancellationToken cancellationToken)
    {
        var book = new SubscriptionBook(store);
        await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            IReadOnlyList<LocalEntry> entries = await snapshot
                .ListLocalAsync(Area, afterKey: null, CountMax, cancellationToken).ConfigureAwait(false);
            book._scopes = book._scopes.AddRange(
                entries.Select(entry => KeyValuePair.Create(entry.Key, PriorityIn(entry.Value))));
        }

        foreach (ConfiguredScope scope in configured)
        {
            if (!book.Contains(scope.Name))
            {
                await @return(scope.Name, cancellationToken).ConfigureAwait(false);
            }

            await book.SetAsync(scope.Name, scope.Priority, cancellationToken).ConfigureAwait(false);
        }

        return book;
    }

    public bool Contains(string scope) => _scopes.ContainsKey(scope);

    /// <summary>How urgent a scope is; 0 where nobody said, or where the device is not subscribed to it.</summary>
    public int PriorityOf(string scope) => _scopes.GetValueOrDefault(scope);

    /// <summary>
    /// Removes a scope in the commit that removes what is held of it: with one of them alone, writes would be neither in the scope
    /// nor in the inbox. From the call on nothing more is written to it, unless the removal fails.
    /// </summary>
    public async ValueTask RemoveAsync(
        string scope, Func<IStoreTransaction, ValueTask> depart, CancellationToken cancellationToken)
    {
        bool isHeld = _scopes.TryGetValue(scope, out int priority);
        ImmutableInterlocked.Update(ref _scopes, static (scopes, scope) => scopes.Remove(scope), scope);
        try
        {
            await using IStoreTransaction transaction = await _store.BeginAsync(cancellationToken).ConfigureAwait(false);
            await depart(transaction).ConfigureAwait(false);
            await transaction.RemoveLocalAsync(Area, scope, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        }
        catch when (isHeld)
        {
            Keep(scope, priority);
            throw;
        }
    }

    /// <summary>Adds a scope, or changes how urgent it is; without a priority, one that is there keeps its own.</summary>
    public async ValueTask SetAsync(string scope, int? priority, CancellationToken cancellationToken)
    {
        int wanted = priority ?? PriorityOf(scope);
        if (Contains(scope) && wanted == PriorityOf(scope))
        {
            return;
        }

        byte[] value = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(value, wanted);
        await using IStoreTransaction transaction = await _store.BeginAsync(cancellationToken).ConfigureAwait(false);
        await transaction.SetLocalAsync(Area, scope, value, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        Keep(scope, wanted);
    }

    // Before there were priorities, nothing stood here.
    private static int PriorityIn(ReadOnlyMemory<byte> value) =>
        value.Length == sizeof(int) ? BinaryPrimitives.ReadInt32BigEndian(value.Span) : 0;

    private void Keep(string scope, int priority) => ImmutableInterlocked.Update(
        ref _scopes, static (scopes, added) => scopes.SetItem(added.scope, added.priority), (scope, priority));
}
