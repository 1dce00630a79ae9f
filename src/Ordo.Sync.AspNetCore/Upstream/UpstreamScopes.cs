using System.Collections.Concurrent;
using Ordo.Sync.Storage;

namespace Ordo.Sync.AspNetCore.Upstream;

/// <summary>
/// The scopes that a hub syncs with the one above: what it holds, what it was told to, and what devices have asked for, which is
/// durable. Thread-safe.
/// </summary>
internal sealed class UpstreamScopes(IRecordStore store, UpstreamOptions options)
{
    private const string Area = "upstream-scopes";
    private const int PageSize = 1_000;

    private readonly ConcurrentDictionary<string, bool> _scopes = new(StringComparer.Ordinal);

    /// <summary>The number of scopes: another one where a scope came that was not there.</summary>
    public int Count => _scopes.Count;

    public string[] All() => [.. _scopes.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Reads what the store holds.</summary>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using (snapshot.ConfigureAwait(false))
        {
            Add(options.Scopes.IsDefault ? [] : options.Scopes);
            Add(await snapshot.ListScopesAsync(cancellationToken).ConfigureAwait(false));
            IReadOnlyList<LocalEntry> page;
            string? after = null;
            do
            {
                page = await snapshot.ListLocalAsync(Area, after, PageSize, cancellationToken).ConfigureAwait(false);
                Add(page.Select(entry => entry.Key));
                after = page.Count > 0 ? page[^1].Key : null;
            }
            while (page.Count == PageSize);
        }
    }

    /// <summary>Adds a scope for the time being.</summary>
    /// <returns>Whether it was not there.</returns>
    public bool TryAdd(string scope) => _scopes.Count < options.ScopesMax && _scopes.TryAdd(scope, true);

    /// <summary>Makes scopes durable that devices have asked for.</summary>
    public async ValueTask SaveAsync(IReadOnlyCollection<string> scopes, CancellationToken cancellationToken)
    {
        IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            foreach (string scope in scopes)
            {
                await transaction.SetLocalAsync(Area, scope, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            }

            await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Add(IEnumerable<string> scopes)
    {
        foreach (string scope in scopes)
        {
            TryAdd(scope);
        }
    }
}
