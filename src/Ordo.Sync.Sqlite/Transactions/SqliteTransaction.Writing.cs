using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Journal;
using Ordo.Sync.Sqlite.Records;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Sqlite.State;

namespace Ordo.Sync.Sqlite.Transactions;

/// <content>What a transaction writes: records, scopes, journal and local entries.</content>
internal sealed partial class SqliteTransaction
{
    /// <inheritdoc/>
    public ValueTask<bool> TryAddAsync(string scope, StoredRecord record, CancellationToken cancellationToken = default)
    {
        Validate(record);
        using Lock.Scope held = Enter(cancellationToken);
        long id = BeginWrite(scope);
        CollectionTable table = _draft.RequireTable(record.Key.Collection);
        RowLayout layout = RowLayout.Of(record);
        RecordWriter.Write(Connection, table.TryAdd, table, id, record, layout, _authorId);
        bool added = Connection.Changes > 0;
        if (added && !layout.Siblings.IsEmpty)
        {
            WriteSiblings(table, id, record.Key.Key, layout.Siblings);
        }

        EndWrite();
        return new(added);
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(string scope, StoredRecord record, CancellationToken cancellationToken = default)
    {
        Validate(record);
        using Lock.Scope held = Enter(cancellationToken);
        long id = BeginWrite(scope);
        CollectionTable table = _draft.RequireTable(record.Key.Collection);
        if (_store.MayHoldSiblings && _plain != (id, table.Id, record.Key.Key))
        {
            RecordWriter.RemoveSiblings(Connection, table, id, record.Key.Key);
        }

        RowLayout layout = RowLayout.Of(record);
        RecordWriter.Write(Connection, table.Put, table, id, record, layout, _authorId);
        if (!layout.Siblings.IsEmpty)
        {
            WriteSiblings(table, id, record.Key.Key, layout.Siblings);
        }

        EndWrite();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(string scope, RecordKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        using Lock.Scope held = Enter(cancellationToken);
        long id = FindScope(scope);
        if (id != ScopeNames.None && Catalog.Find(key.Collection) is { } table)
        {
            _isInDoubt = true;
            Connection.Prepare(table.Delete).Bind(1, id).Bind(2, key.Key).Run();
            if (Connection.Changes > 0)
            {
                RecordWriter.RemoveSiblings(Connection, table, id, key.Key);
                _draft.IsDirty = true;
            }

            _isInDoubt = false;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask SetScopeAsync(string scope, ScopeState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        using Lock.Scope held = Enter(cancellationToken);
        long id = BeginWrite(scope);
        _draft.Touch(id).State = state;
        EndWrite();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DropScopeAsync(string scope, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        using Lock.Scope held = Enter(cancellationToken);
        long id = FindScope(scope);
        if (id == ScopeNames.None)
        {
            return ValueTask.CompletedTask;
        }

        // Read before its rows go: what its journal holds has to be counted off.
        _draft.Touch(id);
        _isInDoubt = true;
        foreach (CollectionTable table in Catalog.Tables)
        {
            Connection.Prepare(table.DeleteScope).Bind(1, id).Run();
        }

        RecordWriter.RemoveSiblings(Connection, id);
        StateWriter.RemoveScope(Connection, id);
        _draft.Clear(id);
        EndWrite();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask AppendJournalAsync(JournalEntry entry, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ThrowIfNotDot(entry.Dot);
        using Lock.Scope held = Enter(cancellationToken);
        long id = BeginWrite(entry.Scope);
        CollectionTable table = _draft.RequireTable(entry.Key.Collection);
        long lastDot = _draft.Touch(id).Journal.LastDot ?? JournalTable.LastDot(Connection, id);
        long bytes = JournalTable.Append(Connection, _draft.JournalSequence + 1, id, table.Id, entry);
        _draft.CountAppended(id, entry.Dot, lastDot, bytes);
        EndWrite();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<int> PruneJournalAsync(string scope, Dot upTo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ThrowIfNotDot(upTo);
        using Lock.Scope held = Enter(cancellationToken);
        long id = FindScope(scope);
        if (id == ScopeNames.None)
        {
            return new(0);
        }

        _isInDoubt = true;
        (int count, long bytes) = JournalTable.Prune(
            Connection, id, upTo, _draft.Touch(id).Journal.IsScrambled);
        if (count > 0)
        {
            _draft.CountPruned(id, count, bytes);
            _draft.IsDirty = true;
        }

        _isInDoubt = false;
        return new(count);
    }

    /// <inheritdoc/>
    public ValueTask SetLocalAsync(
        string area, string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(area);
        ArgumentNullException.ThrowIfNull(key);
        using Lock.Scope held = Enter(cancellationToken);
        _isInDoubt = true;
        LocalTable.Set(Connection, area, key, value.Span);
        EndWrite();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RemoveLocalAsync(string area, string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(area);
        ArgumentNullException.ThrowIfNull(key);
        using Lock.Scope held = Enter(cancellationToken);
        _isInDoubt = true;
        _draft.IsDirty |= LocalTable.Remove(Connection, area, key);
        _isInDoubt = false;
        return ValueTask.CompletedTask;
    }

    private static void Validate(StoredRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Versions.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A record has at least one version.", nameof(record));
        }

        if (string.IsNullOrEmpty(record.Key.Key) || RecordNames.WhyNotCollection(record.Key.Collection) is not null)
        {
            string? why = RecordNames.WhyNotCollection(record.Key.Collection) ?? RecordNames.WhyNotKey(record.Key.Key);
            throw new ArgumentException(why, nameof(record));
        }

        foreach (RecordVersion version in record.Versions)
        {
            ThrowIfNotDot(version.Dot);
        }
    }

    private static void ThrowIfNotDot(Dot dot)
    {
        if (dot == default)
        {
            throw new ArgumentException("The dot is the default value, which names no version.");
        }
    }

    private void WriteSiblings(CollectionTable table, long scope, string key, ImmutableArray<RecordVersion> siblings)
    {
        _store.MayHoldSiblings = true;
        _plain = default;
        for (int i = 0; i < siblings.Length; i++)
        {
            RecordWriter.WriteSibling(Connection, table, scope, key, i, siblings[i], _draft.AuthorId(siblings[i].Author));
        }
    }
}
