using Ordo.Sync.Causality;
using Ordo.Sync.Faster.Operations;
using Ordo.Sync.Faster.State;
using Ordo.Sync.Faster.Values;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;

namespace Ordo.Sync.Faster.Transactions;

// What a transaction writes: records, scopes, journal and local entries.
internal sealed partial class FasterTransaction
{
    public ValueTask<bool> TryAddAsync(
        string scope, StoredRecord record, CancellationToken cancellationToken = default)
    {
        Validate(scope, record);
        cancellationToken.ThrowIfCancellationRequested();
        if (Holds(scope, record.Key))
        {
            return new(false);
        }

        Store.ThrowIfIndexFull(Image);
        Put(scope, record);
        return new(true);
    }

    public ValueTask PutAsync(string scope, StoredRecord record, CancellationToken cancellationToken = default)
    {
        Validate(scope, record);
        cancellationToken.ThrowIfCancellationRequested();
        if (!Holds(scope, record.Key))
        {
            Store.ThrowIfIndexFull(Image);
        }

        Put(scope, record);
        return default;
    }

    public ValueTask RemoveAsync(string scope, RecordKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        cancellationToken.ThrowIfCancellationRequested();
        if (Holds(scope, key))
        {
            _isChanged = true;
            Image.Remove(scope, key);
            _operations.Remove(scope, key);
        }

        return default;
    }

    public ValueTask SetScopeAsync(string scope, ScopeState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(state);
        cancellationToken.ThrowIfCancellationRequested();
        _isChanged = true;
        _operations.SetScope(scope, Image.FindScope(scope)?.State ?? ScopeState.Empty, state);
        Image.SetScope(scope, state);
        return default;
    }

    public ValueTask DropScopeAsync(string scope, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        cancellationToken.ThrowIfCancellationRequested();
        if (Image.FindScope(scope) is not null)
        {
            _isChanged = true;
            Image.DropScope(scope);
            _operations.DropScope(scope);
        }

        return default;
    }

    public ValueTask AppendJournalAsync(JournalEntry entry, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        cancellationToken.ThrowIfCancellationRequested();
        Store.ThrowIfIndexFull(Image);
        _isChanged = true;
        ReadOnlyMemory<byte> content = entry.Content;
        long number = content.Length > LocalSlot.InlineBytesMax ? Image.TakeNumbers(content.Length) : 0;
        JournalEntry numbered = entry with
        {
            Sequence = Image.JournalSequence + 1,
            Content = number == 0 ? content.ToArray() : default,
        };
        var item = new JournalItem(numbered, number, content.Length);
        _operations.AppendJournal(item, content.Span);
        AddPending(number, ValueOwner.OfJournal(numbered.Sequence), content.Length);
        Image.AppendJournal(item);
        return default;
    }

    public ValueTask<int> PruneJournalAsync(string scope, Dot upTo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        cancellationToken.ThrowIfCancellationRequested();
        int count = Image.PruneJournal(scope, upTo);
        if (count > 0)
        {
            _isChanged = true;
            _operations.PruneJournal(scope, upTo);
        }

        return new(count);
    }

    public ValueTask SetLocalAsync(
        string area, string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(area);
        ArgumentNullException.ThrowIfNull(key);
        cancellationToken.ThrowIfCancellationRequested();
        _isChanged = true;
        long number = value.Length > LocalSlot.InlineBytesMax ? Image.TakeNumbers(value.Length) : 0;
        _operations.SetLocal(area, key, number, value.Span);
        AddPending(number, ValueOwner.OfLocal(area, key), value.Length);

        // A copy: the value may stand in a buffer that its caller uses again.
        Image.SetLocal(area, key, new LocalSlot(number, number == 0 ? value.ToArray() : default, value.Length));
        return default;
    }

    public ValueTask RemoveLocalAsync(string area, string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(area);
        ArgumentNullException.ThrowIfNull(key);
        cancellationToken.ThrowIfCancellationRequested();
        _isChanged = true;
        Image.RemoveLocal(area, key);
        _operations.RemoveLocal(area, key);
        return default;
    }

    private static void Validate(string scope, StoredRecord record)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(record);
        if (record.Versions.IsDefaultOrEmpty)
        {
            throw new ArgumentException($"The record {record.Key} has no version.", nameof(record));
        }
    }

    private bool Holds(string scope, RecordKey key) => Image.FindScope(scope)?.Records.Contains(key) == true;

    private void Put(string scope, StoredRecord record)
    {
        // Encoded first: what throws shall have changed nothing.
        _scratch.Clear();
        ValueOwner.OfRecord(scope, record.Key).Write(_scratch);
        int owner = _scratch.Length;
        RecordCodec.Write(_scratch, record);
        int body = _scratch.Length - owner;
        long number = Image.TakeNumbers(body);
        _isChanged = true;
        _operations.Put(number, _scratch.Written.Span[..owner], _scratch.Written.Span[owner..]);
        int bodyAt = _frame.Length - body;
        _pending.Add(new PendingValue(number, bodyAt - sizeof(int) - owner, owner, bodyAt, body));
        Image.Put(scope, record, number, body);
    }

    // The bytes of a local or journal value are the last that were written.
    private void AddPending(long number, in ValueOwner owner, int length)
    {
        if (number == 0)
        {
            return;
        }

        int bodyAt = _frame.Length - length;
        _scratch.Clear();
        owner.Write(_scratch);
        _pending.Add(new PendingValue(number, 0, 0, bodyAt, length) { Owner = _scratch.Written.ToArray() });
    }
}
