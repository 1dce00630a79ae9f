using System.Collections.Immutable;
using System.Text;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;

namespace Ordo.Sync.Storage.Memory;

/// <summary>
/// One version of a memory store: what a commit publishes and a transaction forks. Forking costs a few objects, writing
/// to a fork what it touches. Never written once published.
/// </summary>
internal sealed class MemoryState
{
    private const int JournalEntryBytes = 40;

    public MemoryState(ReplicaId replica)
    {
        Replica = replica;
        Replicas = ReplicaTable.Empty.With(replica, out _);
    }

    private MemoryState(MemoryState source)
    {
        Replica = source.Replica;
        Replicas = source.Replicas;
        Clock = source.Clock;
        Counter = source.Counter;
        Scopes = source.Scopes.Fork();
        Journal = source.Journal.Fork();
        JournalSequence = source.JournalSequence;
        JournalBytes = source.JournalBytes;
        Locals = source.Locals.Fork();
        Schemas = source.Schemas;
    }

    public ReplicaId Replica { get; set; }

    public ReplicaTable Replicas { get; set; }

    public HybridTimestamp Clock { get; set; }

    public long Counter { get; set; }

    public OrderedMap<ScopeName, MemoryScope> Scopes { get; } = new();

    public OrderedMap<long, JournalEntry> Journal { get; } = new();

    /// <summary>The sequence number given last; never given again, even when its entry is pruned.</summary>
    public long JournalSequence { get; set; }

    public long JournalBytes { get; set; }

    public OrderedMap<LocalName, ReadOnlyMemory<byte>> Locals { get; } = new();

    public ImmutableDictionary<string, CollectionSchema> Schemas { get; set; } =
        ImmutableDictionary<string, CollectionSchema>.Empty;

    public MemoryState Fork() => new(this);

    public MemoryScope? FindScope(string scope) =>
        Scopes.TryGet(new ScopeName(scope), out MemoryScope found) ? found : null;

    /// <summary>The scope, this state's own to write.</summary>
    public MemoryScope OwnScope(string scope)
    {
        MemoryScope? found = FindScope(scope);
        if (found is not null && ReferenceEquals(found.Owner, this))
        {
            return found;
        }

        MemoryScope own = found?.Fork(this) ?? new MemoryScope(this);
        Scopes.Set(new ScopeName(scope), own);
        return own;
    }

    public void AppendJournal(JournalEntry entry)
    {
        JournalEntry numbered = entry with { Sequence = ++JournalSequence };
        int bytes = SizeOf(entry);
        MemoryScope scope = OwnScope(entry.Scope);
        scope.Journal.Set(numbered.Sequence, numbered);
        scope.JournalByDot.Set(new JournalSlot(entry.Dot, numbered.Sequence), true);
        scope.JournalBytes += bytes;
        Journal.Set(numbered.Sequence, numbered);
        JournalBytes += bytes;
    }

    public int PruneJournal(string scope, Dot upTo)
    {
        List<JournalSlot> acknowledged = FindScope(scope)?.JournalByDot
            .From(slot => slot.Dot.ReplicaIndex < upTo.ReplicaIndex)
            .Select(entry => entry.Key)
            .TakeWhile(slot => slot.Dot <= upTo)
            .ToList() ?? [];
        if (acknowledged.Count > 0)
        {
            MemoryScope own = OwnScope(scope);
            foreach (JournalSlot slot in acknowledged)
            {
                RemoveJournal(own, slot);
            }
        }

        return acknowledged.Count;
    }

    public void DropScope(string scope)
    {
        if (FindScope(scope) is not { } found)
        {
            return;
        }

        foreach (KeyValuePair<long, JournalEntry> entry in found.Journal.All())
        {
            Journal.Remove(entry.Key);
        }

        JournalBytes -= found.JournalBytes;
        Scopes.Remove(new ScopeName(scope));
    }

    public void Define(CollectionSchema schema)
    {
        Schemas.TryGetValue(schema.Name, out CollectionSchema? present);
        Schemas = Schemas.SetItem(schema.Name, schema);
        if (present is not null && present.Indexes.SequenceEqual(schema.Indexes))
        {
            return;
        }

        foreach (ScopeName scope in Scopes.All().Select(entry => entry.Key).ToList())
        {
            OwnScope(scope.Value).Redefine(schema, present);
        }
    }

    private static int SizeOf(JournalEntry entry) =>
        JournalEntryBytes + Encoding.UTF8.GetByteCount(entry.Scope) + entry.Key.SizeBytes + entry.Content.Length;

    private void RemoveJournal(MemoryScope scope, JournalSlot slot)
    {
        scope.Journal.TryGet(slot.Sequence, out JournalEntry entry);
        int bytes = SizeOf(entry);
        scope.Journal.Remove(slot.Sequence);
        scope.JournalByDot.Remove(slot);
        scope.JournalBytes -= bytes;
        Journal.Remove(slot.Sequence);
        JournalBytes -= bytes;
    }
}
