using Ordo.Sync.Causality;
using Ordo.Sync.Faster.Binary;
using Ordo.Sync.Faster.Operations;
using Ordo.Sync.Faster.State;
using Ordo.Sync.Faster.Values;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.Transactions;

/// <summary>
/// A write: a fork of the committed state, and the frame of the log that makes the same of it. The commit appends the frame, hands the
/// values to FASTER and publishes the state.
/// </summary>
internal sealed partial class FasterTransaction : FasterSnapshot, IStoreTransaction
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
}
