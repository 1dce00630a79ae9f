using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.PostgreSql.Journal;
using Ordo.Sync.PostgreSql.Records;
using Ordo.Sync.PostgreSql.Schema;
using Ordo.Sync.PostgreSql.State;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Transactions;

/// <content>What a transaction writes: records, scopes, journal and local entries.</content>
internal sealed partial class Transaction
{
    /// <inheritdoc/>
    public async ValueTask PrefetchAsync(
        string scope, IReadOnlyCollection<RecordKey> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(keys);
        Enter(cancellationToken);
        ScopeDraft draft = await DraftOfAsync(scope, cancellationToken).ConfigureAwait(false);
        RecordKey[] unknown = [.. keys.Where(key => !draft.Records.TryGet(key, out _)).Distinct()];
        if (unknown.Length == 0)
        {
            return;
        }

        List<StoredRecord> found = draft.Written.Id == ScopeEntry.None
            ? []
            : await RecordReader.GetManyAsync(Session, draft.Written.Id, unknown, cancellationToken).ConfigureAwait(false);
        foreach (StoredRecord record in found)
        {
            draft.Records.Learn(record.Key, record);
        }

        foreach (RecordKey key in unknown)
        {
            draft.Records.Learn(key, record: null);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryAddAsync(
        string scope, StoredRecord record, CancellationToken cancellationToken = default)
    {
        Validate(record);
        if (await GetAsync(scope, record.Key, cancellationToken).ConfigureAwait(false) is not null)
        {
            return false;
        }

        await PutAsync(scope, record, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(string scope, StoredRecord record, CancellationToken cancellationToken = default)
    {
        Validate(record);
        ScopeDraft draft = await BeginWriteAsync(scope, cancellationToken).ConfigureAwait(false);
        draft.Records.Put(record.Key, record);
        await EndWriteAsync(draft, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(string scope, RecordKey key, CancellationToken cancellationToken = default)
    {
        // Also tells whether there is anything to remove.
        if (await GetAsync(scope, key, cancellationToken).ConfigureAwait(false) is null)
        {
            return;
        }

        ScopeDraft draft = await BeginWriteAsync(scope, cancellationToken).ConfigureAwait(false);
        draft.Records.Put(key, record: null);
        await EndWriteAsync(draft, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask SetScopeAsync(string scope, ScopeState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        ScopeDraft draft = await BeginWriteAsync(scope, cancellationToken).ConfigureAwait(false);
        draft.State = state;
        _isInDoubt = false;
    }

    /// <inheritdoc/>
    public async ValueTask DropScopeAsync(string scope, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        await EnterSettledAsync(cancellationToken).ConfigureAwait(false);
        ScopeDraft draft = await DraftOfAsync(scope, cancellationToken).ConfigureAwait(false);
        if (draft.Written.Id == ScopeEntry.None)
        {
            return;
        }

        _isInDoubt = true;
        await Session.ExecuteAsync(cancellationToken, [.. ScopeWriter.Drop(draft.Written.Id)]).ConfigureAwait(false);
        draft.Records.Clear();
        draft.State = ScopeState.Empty;
        draft.MayHoldSiblings = false;
        draft.Written = draft.Written with { State = ScopeState.Empty, MayHoldSiblings = false };
        draft.IsTouched = true;
        _isInDoubt = false;
    }

    /// <inheritdoc/>
    public async ValueTask AppendJournalAsync(JournalEntry entry, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ThrowIfNotDot(entry.Dot);
        ScopeDraft draft = await BeginWriteAsync(entry.Scope, cancellationToken).ConfigureAwait(false);
        await TakeStoreAsync(cancellationToken).ConfigureAwait(false);
        _head = _head with { JournalSequence = _head.JournalSequence + 1 };
        _journal.Add(JournalTable.Append(draft.Written.Id, _head.JournalSequence, entry));
        await EndWriteAsync(draft, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<int> PruneJournalAsync(string scope, Dot upTo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ThrowIfNotDot(upTo);
        await EnterSettledAsync(cancellationToken).ConfigureAwait(false);
        ScopeDraft draft = await DraftOfAsync(scope, cancellationToken).ConfigureAwait(false);
        if (draft.Written.Id == ScopeEntry.None)
        {
            return 0;
        }

        int count = await JournalTable.PruneAsync(Session, draft.Written.Id, upTo, cancellationToken).ConfigureAwait(false);
        _isDirty |= count > 0;
        return count;
    }

    /// <inheritdoc/>
    public async ValueTask SetLocalAsync(
        string area, string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(area);
        ArgumentNullException.ThrowIfNull(key);
        Enter(cancellationToken);
        _locals.Set(area, key, value.ToArray());
        _isDirty = true;
        if (_locals.IsFull)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask RemoveLocalAsync(string area, string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(area);
        ArgumentNullException.ThrowIfNull(key);
        Enter(cancellationToken);
        _locals.Set(area, key, value: null);
        _isDirty = true;
        return ValueTask.CompletedTask;
    }

    /// <summary>Declares the indexes of a collection.</summary>
    /// <returns>Whether anything is different.</returns>
    public async ValueTask<bool> DefineAsync(
        string collection, ImmutableArray<IndexDefinition> indexes, CancellationToken cancellationToken)
    {
        await EnterSettledAsync(cancellationToken).ConfigureAwait(false);
        Catalog before = _head.Catalog;
        Catalog after = await CollectionDefiner.DefineAsync(Session, before, collection, indexes, cancellationToken)
            .ConfigureAwait(false);
        _head = _head with { Catalog = after };
        _isDirty |= after != before;
        return after != before;
    }

    private static void Validate(StoredRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Versions.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A record has at least one version.", nameof(record));
        }

        if ((RecordNames.WhyNotCollection(record.Key.Collection) ?? RecordNames.WhyNotKey(record.Key.Key)) is { } why)
        {
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

    // A scope gets its number with the first write.
    private async ValueTask<ScopeDraft> BeginWriteAsync(string scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        Enter(cancellationToken);
        ScopeDraft draft = await DraftOfAsync(scope, cancellationToken).ConfigureAwait(false);
        _isInDoubt = true;
        if (draft.Written.Id == ScopeEntry.None)
        {
            if (RecordNames.WhyNotScope(scope) is { } why)
            {
                _isInDoubt = false;
                throw new ArgumentException(why, nameof(scope));
            }

            draft.Written = await ScopeReader.ReadAsync(
                Session,
                Store.Scopes,
                [ScopeReader.InsertCommand(scope), ScopeReader.SelectCommand(scope, locks: true)],
                cancellationToken).ConfigureAwait(false);
        }

        draft.IsTouched = true;
        return draft;
    }

    private async ValueTask EndWriteAsync(ScopeDraft draft, CancellationToken cancellationToken)
    {
        if (draft.Records.IsFull || _journal.Count >= JournalMax)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        _isInDoubt = false;
    }
}
