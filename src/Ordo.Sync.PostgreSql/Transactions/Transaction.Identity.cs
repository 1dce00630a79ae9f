using Npgsql;
using Ordo.Sync.Causality;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.PostgreSql.State;

namespace Ordo.Sync.PostgreSql.Transactions;

/// <content>What a transaction numbers for the store: replica ids, dots, incarnations; and its clock.</content>
internal sealed partial class Transaction
{
    private const int JournalMax = 500;

    private readonly List<NpgsqlBatchCommand> _journal = [];
    private bool _knowsReplicas;

    /// <inheritdoc/>
    public async ValueTask<int> InternAsync(ReplicaId replica, CancellationToken cancellationToken = default)
    {
        if (replica.IsEmpty)
        {
            throw new ArgumentException("The replica id is empty.", nameof(replica));
        }

        Enter(cancellationToken);
        if (_head.Replicas.IndexOf(replica) is var known and >= 0)
        {
            return known;
        }

        // Another instance may have met it meanwhile.
        await TakeStoreAsync(cancellationToken).ConfigureAwait(false);
        if (_head.Replicas.IndexOf(replica) is var found and >= 0)
        {
            return found;
        }

        ReplicaTable grown = _head.Replicas.With(replica, out int index);
        await Session.ExecuteAsync(
            cancellationToken,
            Session.Command("INSERT INTO replicas(id, replica) VALUES ($1, $2)", index, replica.ToByteArray()))
            .ConfigureAwait(false);
        _head = _head with { Replicas = grown };
        _isDirty = true;
        return index;
    }

    /// <inheritdoc/>
    public Dot NextDots(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Enter(CancellationToken.None);
        if (!_holdsStore)
        {
            // The only wait on the caller's thread: a hub issues dots of its own only where it refuses or restates.
            _head = Session.ReadRow(HeadReader.LockStore(), reader => _head with
            {
                SelfIndex = reader.GetInt32(0),
                Counter = reader.GetInt64(1),
                JournalSequence = reader.GetInt64(2),
            });
            _holdsStore = true;
        }

        if (_head.Counter > Dot.CounterMax - count)
        {
            throw new InvalidOperationException(
                $"The store '{Store.Name}' has issued {_head.Counter} dots, nearly all an incarnation has. Rotate its identity.");
        }

        var first = new Dot(_head.SelfIndex, _head.Counter + 1);
        _head = _head with { Counter = _head.Counter + count };
        _isDirty = true;
        return first;
    }

    /// <inheritdoc/>
    public void AdvanceClock(HybridTimestamp timestamp)
    {
        Enter(CancellationToken.None);
        if (timestamp > _head.Clock)
        {
            _head = _head with { Clock = timestamp };
            _isDirty = true;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The transaction writes one scope alone; the clock is the store's.</exception>
    public void ResetClock(HybridTimestamp timestamp)
    {
        Enter(CancellationToken.None);
        ThrowIfOfScope("set the clock back");
        _head = _head with { Clock = timestamp };
        _isClockReset = true;
        _isDirty = true;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The transaction writes one scope alone; the identity is the store's.</exception>
    public async ValueTask RotateAsync(ReplicaId replica, CancellationToken cancellationToken = default)
    {
        Enter(cancellationToken);
        ThrowIfOfScope("take a new incarnation");
        int index = await InternAsync(replica, cancellationToken).ConfigureAwait(false);
        int changed = await Session.ExecuteAsync(
            cancellationToken,
            Session.Command("UPDATE replicas SET is_own = true WHERE id = $1 AND NOT is_own", index)).ConfigureAwait(false);
        if (changed == 0)
        {
            throw new ArgumentException($"The replica {replica} was an incarnation of this store before.", nameof(replica));
        }

        _head = _head with { SelfIndex = index, Counter = 0 };
        _isDirty = true;
    }

    private void ThrowIfOfScope(string what)
    {
        if (_scope is not null)
        {
            throw new InvalidOperationException($"A transaction of one scope cannot {what}: begin one of the store.");
        }
    }

    // Holds the store's row until the end, and reads what other writers have numbered before.
    private async ValueTask TakeStoreAsync(CancellationToken cancellationToken)
    {
        if (_knowsReplicas)
        {
            return;
        }

        _head = await Session.ReadAsync(
            [HeadReader.LockStore(), HeadReader.SelectNewReplicas(_head.Replicas)],
            async (reader, token) =>
            {
                await reader.ReadAsync(token).ConfigureAwait(false);
                StoreHead head = _holdsStore ? _head : _head with
                {
                    SelfIndex = reader.GetInt32(0),
                    Counter = reader.GetInt64(1),
                    JournalSequence = reader.GetInt64(2),
                };
                await reader.NextResultAsync(token).ConfigureAwait(false);
                return head with
                {
                    Replicas = await HeadReader.ReadReplicasAsync(Store.Name, reader, head.Replicas, token).ConfigureAwait(false),
                };
            },
            cancellationToken).ConfigureAwait(false);
        _holdsStore = true;
        _knowsReplicas = true;
    }
}
