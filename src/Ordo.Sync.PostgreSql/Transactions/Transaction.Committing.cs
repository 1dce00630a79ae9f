using System.Buffers.Binary;
using Npgsql;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.PostgreSql.Records;
using Ordo.Sync.PostgreSql.State;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Transactions;

/// <content>How what a transaction has written reaches the database.</content>
internal sealed partial class Transaction
{
    /// <inheritdoc/>
    public async ValueTask CommitAsync(Durability durability, CancellationToken cancellationToken = default)
    {
        Enter(cancellationToken);
        if (_isInDoubt)
        {
            throw new InvalidOperationException("A write of this transaction failed half way; dispose it.");
        }

        if (_isDirty || _scopes.Values.Any(draft => draft.IsTouched))
        {
            // What is left to write goes with the commit, in one round trip. From here on nobody can tell whether it stands, if the
            // answer is lost: the caller is told that it failed, and whoever tries again finds its dots known.
            List<NpgsqlBatchCommand> commands = FlushCommands();
            commands.AddRange(CommitCommands(durability));
            await Session.ExecuteAsync(cancellationToken, [.. commands]).ConfigureAwait(false);
            Store.Publish(
                _head,
                _scopes.Where(pair => pair.Value.IsTouched)
                    .Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Entry)));
        }

        _isOver = true;
        await EndAsync().ConfigureAwait(false);
    }

    // Everything but the states of scopes, which only the commit and the list of scopes need.
    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        List<NpgsqlBatchCommand> commands = FlushCommands();
        if (commands.Count == 0)
        {
            return;
        }

        await Session.ExecuteAsync(cancellationToken, [.. commands]).ConfigureAwait(false);
        foreach (ScopeDraft draft in _scopes.Values)
        {
            draft.Records.MarkWritten();
        }

        _journal.Clear();
        _locals.MarkWritten();
    }

    private List<NpgsqlBatchCommand> FlushCommands()
    {
        var commands = new List<NpgsqlBatchCommand>();
        foreach (ScopeDraft draft in _scopes.Values)
        {
            if (draft.Records.IsDirty)
            {
                List<KeyValuePair<RecordKey, PendingRecord>> changes = draft.Records.Dirty();
                bool addsSiblings = changes.Exists(change => change.Value.Record?.HasSiblings == true);
                commands.AddRange(RecordWriter.Write(draft.Written.Id, changes, draft.MayHoldSiblings, Catalog));
                draft.MayHoldSiblings |= addsSiblings;
            }

            if (draft.IsListedForState != draft.Entry.HasState)
            {
                draft.IsListedForState = draft.Entry.HasState;
                commands.Add(Session.Command(
                    "UPDATE scopes SET has_state = $2 WHERE id = $1", draft.Written.Id, draft.IsListedForState));
            }
        }

        commands.AddRange(_journal);
        if (_locals.IsDirty)
        {
            commands.AddRange(_locals.Write());
        }

        return commands;
    }

    private long DrawStamp()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        Store.Entropy.Fill(bytes);

        // Zero is the stamp of a scope that was never written.
        return BinaryPrimitives.ReadInt64LittleEndian(bytes) | 1;
    }

    private IEnumerable<NpgsqlBatchCommand> CommitCommands(Durability durability)
    {
        foreach (ScopeDraft draft in _scopes.Values.Where(draft => draft.IsTouched))
        {
            ScopeEntry after = draft.Entry with { Stamp = DrawStamp() };
            foreach (NpgsqlBatchCommand command in ScopeWriter.Write(draft.Written, after))
            {
                yield return command;
            }

            draft.Written = after;
        }

        if (_head.Counter != _before.Counter || _head.JournalSequence != _before.JournalSequence
            || _head.SelfIndex != _before.SelfIndex)
        {
            yield return Session.Command(
                "UPDATE store SET incarnation = $1, counter = $2, journal_sequence = $3",
                _head.SelfIndex,
                _head.Counter,
                _head.JournalSequence);
        }

        if (_isClockReset)
        {
            yield return Session.Command("UPDATE clock SET hlc = $1", SqlTime.ToInt64(_head.Clock));
        }
        else if (_head.Clock > _before.Clock)
        {
            yield return Session.Command(
                "UPDATE clock SET hlc = greatest(hlc, $2) WHERE slot = $1", ClockSlot(), SqlTime.ToInt64(_head.Clock));
        }

        if (durability == Durability.Normal)
        {
            yield return new NpgsqlBatchCommand("SET LOCAL synchronous_commit = off");
        }

        yield return new NpgsqlBatchCommand("COMMIT");
    }

    // Writers of different scopes mostly raise different slots, so none waits for another's commit.
    private int ClockSlot() => _scope is null ? 0 : (int)(_scopes[_scope].Written.Id % PostgreSqlRecordStore.ClockSlots);
}
