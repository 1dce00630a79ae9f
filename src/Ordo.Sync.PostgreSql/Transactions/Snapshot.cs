using Ordo.Sync.Causality;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.PostgreSql.Schema;
using Ordo.Sync.PostgreSql.State;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Transactions;

/// <summary>A read of one state: a <c>REPEATABLE READ</c> transaction, whose first statement has read the head.</summary>
internal sealed class Snapshot(PostgreSqlRecordStore store, Session session, StoreHead head, FetchedAhead fetched)
    : StoreView(store, session)
{
    private readonly Dictionary<string, ScopeEntry> _scopes = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override ReplicaTable Replicas => head.Replicas;

    /// <inheritdoc/>
    public override ReplicaId Replica => head.Replica;

    /// <inheritdoc/>
    public override HybridTimestamp Clock => head.Clock;

    /// <inheritdoc/>
    public override long Counter => head.Counter;

    protected override Catalog Catalog => head.Catalog;

    /// <inheritdoc/>
    public override ValueTask<ReadOnlyMemory<byte>?> GetLocalAsync(
        string area, string key, CancellationToken cancellationToken = default)
    {
        if (!fetched.Locals.TryGetValue(new LocalEntryName(area, key), out byte[]? value))
        {
            return base.GetLocalAsync(area, key, cancellationToken);
        }

        Enter(cancellationToken);
        return new(value is null ? default(ReadOnlyMemory<byte>?) : value);
    }

    // Nobody waits for the end of a read: it takes a round trip, and changes nothing.
    protected override ValueTask EndAsync()
    {
        Store.EndRead(Session);
        return ValueTask.CompletedTask;
    }

    protected override async ValueTask<ScopeEntry> EntryOfAsync(string scope, CancellationToken cancellationToken)
    {
        if (!_scopes.TryGetValue(scope, out ScopeEntry? entry))
        {
            entry = fetched.Scope == scope
                ? await ScopeReader.CompleteAsync(Session, fetched.Row, cancellationToken).ConfigureAwait(false)
                : await ScopeReader.ReadAsync(
                    Session, Store.Scopes, [ScopeReader.SelectCommand(scope, locks: false)], cancellationToken).ConfigureAwait(false);
            _scopes.Add(scope, entry);
            if (entry.Id != ScopeEntry.None)
            {
                Store.Scopes.Keep(entry);
            }
        }

        return entry;
    }
}
