using System.Collections.Immutable;
using Npgsql;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.PostgreSql.Schema;
using Ordo.Sync.PostgreSql.State;
using Ordo.Sync.PostgreSql.Transactions;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql;

/// <content>How a store opens and closes, and how collections are declared.</content>
public sealed partial class PostgreSqlRecordStore
{
    /// <inheritdoc/>
    public async ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _opened, 1) != 0)
        {
            throw new InvalidOperationException($"The store '{Name}' was opened before; a store is opened once.");
        }

        string medium;
        Session session = await OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await SchemaHistory.UpgradeAsync(session, _options.Schema, _lockKey, Entropy, cancellationToken)
                .ConfigureAwait(false);
            _head = await HeadReader.ReadAsync(session, [new NpgsqlBatchCommand("BEGIN")], known: null, cancellationToken)
                .ConfigureAwait(false);
            medium = await MediumCheck.ReadAsync(session, cancellationToken).ConfigureAwait(false);
            await session.ExecuteAsync(cancellationToken, new NpgsqlBatchCommand("COMMIT")).ConfigureAwait(false);
        }

        IStoreTransaction transaction = await BeginAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            RenewalReason = await MediumCheck.RenewAsync(transaction, medium, Entropy, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DefineCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default)
    {
        CollectionDefiner.Validate(schema);
        IStoreTransaction begun = await BeginAsync(cancellationToken).ConfigureAwait(false);
        await using (begun.ConfigureAwait(false))
        {
            var transaction = (Transaction)begun;
            ImmutableArray<IndexDefinition> indexes = schema.Indexes.IsDefault ? [] : schema.Indexes;
            if (await transaction.DefineAsync(schema.Name, indexes, cancellationToken).ConfigureAwait(false))
            {
                await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Closes the store; what is under way is undone, and its users are told at their next call.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await StopChangesAsync().ConfigureAwait(false);
        await Task.WhenAll(_endings.Keys).ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
        _scopeTurns.Dispose();

        // Those who wait for their turn learn that the store is closed.
        if (_turn.CurrentCount == 0)
        {
            _turn.Release();
        }
    }
}
