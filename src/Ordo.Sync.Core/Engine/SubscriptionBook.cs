using System.Collections.Immutable;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine;

/// <summary>The scopes this device is subscribed to, durable. Thread-safe.</summary>
internal sealed class SubscriptionBook
{
    private const string Area = "subscriptions";
    private const int CountMax = 10_000;

    private readonly IRecordStore _store;
    private ImmutableSortedSet<string> _scopes = ImmutableSortedSet<string>.Empty.WithComparer(StringComparer.Ordinal);

    private SubscriptionBook(IRecordStore store) => _store = store;

    public IReadOnlyCollection<string> Scopes => _scopes;

    /// <summary>Reads the subscriptions and adds the configured ones.</summary>
    /// <param name="store">The store.</param>
    /// <param name="configured">The scopes that the app subscribes to whenever it starts.</param>
    /// <param name="return">
    /// Prepares the store for a configured scope that is not in the book: it may be one that was left, or revoked, before.
    /// </param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async ValueTask<SubscriptionBook> LoadAsync(
        IRecordStore store,
        ImmutableArray<string> configured,
        Func<string, CancellationToken, ValueTask> @return,
        CancellationToken cancellationToken)
    {
        var book = new SubscriptionBook(store);
        await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            IReadOnlyList<LocalEntry> entries = await snapshot
                .ListLocalAsync(Area, afterKey: null, CountMax, cancellationToken).ConfigureAwait(false);
            book._scopes = book._scopes.Union(entries.Select(entry => entry.Key));
        }

        foreach (string scope in configured.Where(scope => !book.Contains(scope)))
        {
            await @return(scope, cancellationToken).ConfigureAwait(false);
            await book.AddAsync(scope, cancellationToken).ConfigureAwait(false);
        }

        return book;
    }

    public bool Contains(string scope) => _scopes.Contains(scope);

    /// <summary>
    /// Removes a scope in the commit that removes what is held of it: with one of them alone, writes would be neither in the scope
    /// nor in the inbox. From the call on nothing more is written to it, unless the removal fails.
    /// </summary>
    public async ValueTask RemoveAsync(
        string scope, Func<IStoreTransaction, ValueTask> depart, CancellationToken cancellationToken)
    {
        ImmutableInterlocked.Update(ref _scopes, static (scopes, scope) => scopes.Remove(scope), scope);
        try
        {
            await using IStoreTransaction transaction = await _store.BeginAsync(cancellationToken).ConfigureAwait(false);
            await depart(transaction).ConfigureAwait(false);
            await transaction.RemoveLocalAsync(Area, scope, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            ImmutableInterlocked.Update(ref _scopes, static (scopes, scope) => scopes.Add(scope), scope);
            throw;
        }
    }

    public async ValueTask AddAsync(string scope, CancellationToken cancellationToken)
    {
        if (Contains(scope))
        {
            return;
        }

        await using IStoreTransaction transaction = await _store.BeginAsync(cancellationToken).ConfigureAwait(false);
        await transaction.SetLocalAsync(Area, scope, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        ImmutableInterlocked.Update(ref _scopes, static (scopes, scope) => scopes.Add(scope), scope);
    }
}
