using Ordo.Sync.Causality;
using Ordo.Sync.Faster.Binary;
using Ordo.Sync.Faster.Operations;
using Ordo.Sync.Faster.State;
using Ordo.Sync.Faster.Values;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.Transactions;

/// <summary>
/// A write: a fork of the committed state, and the frame of the log that makes the same of it. The commit appends the frame, hands the
/// values to FASTER and publishes the state.
/// </summary>
internal sealed class FasterTransaction : FasterSnapshot, IStoreTransaction
{
    private readonly ByteWriter _frame;
    private readonly ByteWriter _scratch;
    private readonly OperationWriter _operations;
    private readonly List<PendingValue> _pending = [];
    private bool _isChanged;

    public FasterTransaction(
        FasterRecordStore store, ValueStore values, StoreImage fork, ByteWriter frame, ByteWriter scratch, Action release)
        : base(store, values, fork, release)
    {
        _frame = frame;
        _scratch = scratch;
        _operations = new OperationWriter(frame);
    }

    /// <summary>The frame of what was done.</summary>
    public ByteWriter Frame => _frame;

    /// <summary>The values that were written.</summary>
    public IReadOnlyList<PendingValue> Pending => _pending;

    /// <summary>The bytes of a pending value.</summary>
    public ReadOnlySpan<byte> BodyOf(in PendingValue value) => _frame.Written.Span.Slice(value.BodyAt, value.BodyLength);

    /// <summary>The owner of a pending value.</summary>
    public ReadOnlySpan<byte> OwnerOf(in PendingValue value) =>
        value.Owner is { } owner ? owner : _frame.Written.Span.Slice(value.OwnerAt, value.OwnerLength);

    public ValueTask<int> InternAsync(ReplicaId replica, CancellationToken cancellationToken = default)
    {
        if (replica.IsEmpty)
        {
            throw new ArgumentException("The empty replica id names no store.", nameof(replica));
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new(Intern(replica));
    }

    public Dot NextDots(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (Image.Counter > Dot.CounterMax - count)
        {
            throw new InvalidOperationException(
                $"The store '{Store.Name}' has issued {Image.Counter} dots, nearly all an incarnation has. Rotate its identity.");
        }

        _isChanged = true;
        var first = new Dot(Image.Replicas.Require(Image.Replica), Image.Counter + 1);
        Image.Counter += count;
        return first;
    }

    public void AdvanceClock(HybridTimestamp timestamp) => ResetClock(HybridTimestamp.Max(Image.Clock, timestamp));

    public void ResetClock(HybridTimestamp timestamp)
    {
        _isChanged |= timestamp != Image.Clock;
        Image.Clock = timestamp;
    }

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

    public ValueTask RotateAsync(ReplicaId replica, CancellationToken cancellationToken = default)
    {
        if (replica.IsEmpty || replica == Image.Replica)
        {
            throw new ArgumentException(
                "A new incarnation takes a new id, else its dots are issued twice.", nameof(replica));
        }

        cancellationToken.ThrowIfCancellationRequested();
        _isChanged = true;
        Intern(replica);
        Image.Replica = replica;
        Image.Counter = 0;
        return default;
    }

    public async ValueTask CommitAsync(Durability durability, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StoreImage image = Image;
        if (_operations.IsBroken)
        {
            throw new InvalidOperationException(
                $"A write of this transaction to the store '{Store.Name}' failed half way; begin another one.");
        }

        if (_isChanged)
        {
            _operations.Head(image);
            Store.Commit(this, image, durability);
        }
        else
        {
            Store.ThrowIfDisposed();
        }

        await DisposeAsync().ConfigureAwait(false);
        await Store.WaitForRoomAsync().ConfigureAwait(false);
    }

    /// <summary>Declares a collection.</summary>
    public void Define(CollectionSchema schema)
    {
        _isChanged = true;
        Image.Define(schema, number => Store.DecodeVisible(number, ReadValue(number)));
        _operations.Define(schema);
    }

    protected override ReadOnlyMemory<byte> ReadValue(long number)
    {
        if (_pending.Count == 0 || number < _pending[0].Number)
        {
            return base.ReadValue(number);
        }

        int low = 0;
        int high = _pending.Count - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_pending[middle].Number < number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        // A copy: the frame is written on and used again.
        return BodyOf(_pending[low]).ToArray();
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

    private int Intern(ReplicaId replica)
    {
        ReplicaTable before = Image.Replicas;
        Image.Replicas = before.With(replica, out int index);
        if (!ReferenceEquals(before, Image.Replicas))
        {
            _isChanged = true;
            _operations.Intern(replica);
        }

        return index;
    }

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
