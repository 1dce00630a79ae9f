using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Faster.Values;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Faster.State;

/// <summary>
/// One state of the store, without its values: what a commit publishes and a transaction forks. Forking costs a few objects,
/// writing to a fork what it touches. Never written once published. A transaction and the recovery of a log change it by the same
/// calls, so that both come to the same.
/// </summary>
internal sealed partial class StoreImage
{
    private readonly ImmutableDictionary<string, TimeSpan> _timeToLive;

    public StoreImage(ImmutableDictionary<string, TimeSpan> timeToLive)
    {
        _timeToLive = timeToLive;
        foreach (string collection in timeToLive.Keys)
        {
            Layouts = Layouts.Add(collection, CollectionLayout.Of(null, expires: true));
        }
    }

    private StoreImage(StoreImage source)
    {
        _timeToLive = source._timeToLive;
        Replica = source.Replica;
        Replicas = source.Replicas;
        Clock = source.Clock;
        Counter = source.Counter;
        Commit = source.Commit;
        NextNumber = source.NextNumber;
        Scopes = source.Scopes.Fork();
        Journal = source.Journal.Fork();
        JournalSequence = source.JournalSequence;
        JournalBytes = source.JournalBytes;
        Locals = source.Locals.Fork();
        Layouts = source.Layouts;
        RecordCount = source.RecordCount;
        IndexBytes = source.IndexBytes;
        ValueBytes = source.ValueBytes;
    }

    public ReplicaId Replica { get; set; }

    public ReplicaTable Replicas { get; set; } = ReplicaTable.Empty;

    public HybridTimestamp Clock { get; set; }

    public long Counter { get; set; }

    /// <summary>The sequence number in the log of the commit that made this state.</summary>
    public long Commit { get; set; }

    /// <summary>The number for the next value.</summary>
    public long NextNumber { get; set; } = 1;

    public OrderedMap<ScopeName, ScopeImage> Scopes { get; } = new();

    public OrderedMap<long, JournalItem> Journal { get; } = new();

    /// <summary>The sequence number given last; never given again, even when its entry is pruned.</summary>
    public long JournalSequence { get; set; }

    public long JournalBytes { get; private set; }

    public OrderedMap<LocalName, LocalSlot> Locals { get; } = new();

    public ImmutableDictionary<string, CollectionLayout> Layouts { get; private set; } =
        ImmutableDictionary<string, CollectionLayout>.Empty;

    /// <summary>The number of records in all scopes.</summary>
    public long RecordCount { get; private set; }

    /// <summary>What this state is taken to cost in memory.</summary>
    public long IndexBytes { get; private set; }

    /// <summary>The bytes of the values that this state refers to.</summary>
    public long ValueBytes { get; private set; }

    public StoreImage Fork() => new(this);

    public ScopeImage? FindScope(string scope) =>
        Scopes.TryGet(new ScopeName(scope), out ScopeImage found) ? found : null;

    public CollectionLayout LayoutOf(string collection) =>
        Layouts.GetValueOrDefault(collection) ?? CollectionLayout.Plain;

    /// <summary>Takes numbers for a value of so many bytes; returns the first.</summary>
    public long TakeNumbers(int valueBytes)
    {
        long first = NextNumber;
        NextNumber += ValuePiece.CountFor(valueBytes);
        return first;
    }

    /// <summary>Sets a record whose value has a number already.</summary>
    public void Put(string scope, StoredRecord record, long number, int valueBytes)
    {
        CollectionLayout layout = LayoutOf(record.Key.Collection);
        RecordSlot slot = Slot(record, number, valueBytes, layout);
        RecordSlot? old = OwnScope(scope).Put(record.Key, slot, layout);
        RecordCount += old is null ? 1 : 0;
        IndexBytes += IndexCost.Of(record.Key, slot);
        ValueBytes += valueBytes;
        if (old is { } replaced)
        {
            Discount(record.Key, replaced);
        }
    }

    public void Remove(string scope, RecordKey key)
    {
        if (FindScope(scope)?.Records.Contains(key) == true
            && OwnScope(scope).Remove(key, LayoutOf(key.Collection)) is { } removed)
        {
            RecordCount--;
            Discount(key, removed);
        }
    }

    public void SetScope(string scope, ScopeState state) => OwnScope(scope).State = state;

    public void DropScope(string scope)
    {
        if (FindScope(scope) is not { } found)
        {
            return;
        }

        foreach (KeyValuePair<JournalSlot, bool> entry in found.Journal.All())
        {
            ForgetJournal(entry.Key.Sequence);
        }

        foreach (KeyValuePair<RecordKey, RecordSlot> record in found.Records.All())
        {
            Discount(record.Key, record.Value);
        }

        RecordCount -= found.Records.Count;
        Scopes.Remove(new ScopeName(scope));
    }

    /// <summary>Declares a collection; new indexes are filled.</summary>
    /// <param name="schema">What is declared.</param>
    /// <param name="load">Reads the record of a value, with what it makes visible.</param>
    public void Define(CollectionSchema schema, Func<long, StoredRecord> load)
    {
        CollectionLayout present = LayoutOf(schema.Name);
        CollectionLayout next = CollectionLayout.Of(schema, _timeToLive.ContainsKey(schema.Name));
        Layouts = Layouts.SetItem(schema.Name, next);
        if (present.Indexes.SequenceEqual(next.Indexes))
        {
            return;
        }

        foreach (ScopeName scope in Scopes.All().Select(entry => entry.Key).ToList())
        {
            foreach ((RecordKey key, RecordSlot slot) in OwnScope(scope.Value).RecordsOf(schema.Name).ToList())
            {
                if (slot.IsLive)
                {
                    RecordSlot moved = Slot(load(slot.Number), slot.Number, slot.ValueBytes, next);
                    OwnScope(scope.Value).Redefine(key, slot, present, moved, next);
                    IndexBytes += IndexCost.Of(key, moved) - IndexCost.Of(key, slot);
                }
            }
        }
    }

    /// <summary>Whether this state refers to the value that has the number.</summary>
    public bool Holds(in ValueOwner owner, long number) => owner.Kind switch
    {
        ValueKind.Record => FindScope(owner.Area) is { } scope && scope.Records.TryGet(owner.Key, out RecordSlot slot)
            && slot.Number == number,
        ValueKind.Local => Locals.TryGet(new LocalName(owner.Area, owner.Key.Key), out LocalSlot local)
            && local.Number == number,
        _ => Journal.TryGet(owner.Sequence, out JournalItem item) && item.Number == number,
    };

    private static RecordSlot Slot(StoredRecord record, long number, int valueBytes, CollectionLayout layout)
    {
        bool isLive = !record.Visible.IsEmpty;
        ImmutableArray<Dot> dots = record.HasSiblings ? [.. record.Versions.Select(version => version.Dot)] : [];
        ImmutableArray<IndexValue> values = isLive && !layout.Indexes.IsEmpty
            ? [.. layout.Indexes.Select(index => CollectionLayout.Extract(record, index))]
            : [];
        SlotDetail? detail = dots.IsEmpty && values.IsEmpty ? null : new SlotDetail(dots, values);
        return new RecordSlot(number, valueBytes, isLive, record.Greatest.Dot, detail);
    }

    // The scope, this state's own to write.
    private ScopeImage OwnScope(string scope)
    {
        ScopeImage? found = FindScope(scope);
        if (found is not null && ReferenceEquals(found.Owner, this))
        {
            return found;
        }

        ScopeImage own = found?.Fork(this) ?? new ScopeImage(this);
        Scopes.Set(new ScopeName(scope), own);
        return own;
    }

    private void Discount(RecordKey key, in RecordSlot slot)
    {
        IndexBytes -= IndexCost.Of(key, slot);
        ValueBytes -= slot.ValueBytes;
    }
}
