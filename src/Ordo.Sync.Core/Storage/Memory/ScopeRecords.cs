using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage.Memory;

/// <summary>The records of one scope in memory, and what finds them: by key, by dot, by the values of indexes.</summary>
/// <typeparam name="TEntry">What the store keeps in memory of a record.</typeparam>
internal abstract class ScopeRecords<TEntry>
    where TEntry : IIndexedEntry
{
    protected ScopeRecords()
        : this(new(), new(), new())
    {
    }

    /// <summary>Makes a fork, whose changes the other does not see.</summary>
    protected ScopeRecords(ScopeRecords<TEntry> other)
        : this(other.Records.Fork(), other.Changes.Fork(), other.Index.Fork())
    {
    }

    private ScopeRecords(
        OrderedMap<RecordKey, TEntry> records, OrderedMap<Dot, RecordKey> changes, OrderedMap<IndexSlot, bool> index)
    {
        Records = records;
        Changes = changes;
        Index = index;
    }

    public OrderedMap<RecordKey, TEntry> Records { get; }

    /// <summary>The index on (scope, dot): the record that each current dot belongs to.</summary>
    public OrderedMap<Dot, RecordKey> Changes { get; }

    /// <summary>The indexes of all collections, one behind the other.</summary>
    public OrderedMap<IndexSlot, bool> Index { get; }

    /// <summary>The records of a collection in key order.</summary>
    public IEnumerable<KeyValuePair<RecordKey, TEntry>> RecordsOf(string collection) => Records
        .From(key => Utf8Order.Compare(key.Collection, collection) < 0)
        .TakeWhile(entry => entry.Key.Collection == collection);

    /// <summary>A page of the records between two keys.</summary>
    public RangeSlice ReadRange(KeyRange range, ReadBudget budget, Func<RecordKey, TEntry, StoredRecord> load)
    {
        var page = new PageBuilder(budget);
        IEnumerable<KeyValuePair<RecordKey, TEntry>> entries = Records
            .From(key => range.After is { } after && key <= after)
            .TakeWhile(entry => range.UpTo is not { } upTo || entry.Key <= upTo);
        foreach ((RecordKey key, TEntry entry) in entries)
        {
            if (!page.TryAdd(load(key, entry)))
            {
                return new RangeSlice(page.Records, IsLast: false);
            }
        }

        return new RangeSlice(page.Records, IsLast: true);
    }

    /// <summary>A page of the records with a dot that is not known, in the order of these dots, each record once.</summary>
    public ChangeSlice ReadChanges(ChangeQuery query, Func<RecordKey, TEntry, StoredRecord> load)
    {
        var page = new PageBuilder(query.Budget);
        Dot? last = null;
        foreach (Dot end in query.UpTo.Entries.ToArray())
        {
            long known = query.Known[end.ReplicaIndex];
            bool IsBefore(Dot dot) => dot.ReplicaIndex < end.ReplicaIndex
                || (dot.ReplicaIndex == end.ReplicaIndex && dot.Counter <= known)
                || dot <= query.After;
            foreach ((Dot dot, RecordKey key) in Changes.From(IsBefore).TakeWhile(entry => entry.Key <= end))
            {
                Records.TryGet(key, out TEntry entry);
                if (CameByLesserDot(entry, dot, query))
                {
                    continue;
                }

                if (!page.TryAdd(load(key, entry)))
                {
                    return new ChangeSlice(page.Records, last);
                }

                last = dot;
            }
        }

        return new ChangeSlice(page.Records, null);
    }

    /// <summary>Brings the declared indexes up to date where an entry takes another's place.</summary>
    /// <param name="key">Whose entry.</param>
    /// <param name="indexes">The collection's indexes.</param>
    /// <param name="old">The entry that was there; the default value where none was.</param>
    /// <param name="now">The entry that is there now; the default value where none is.</param>
    protected void Reindex(RecordKey key, ImmutableArray<IndexDefinition> indexes, TEntry? old, TEntry? now)
    {
        for (int i = 0; i < indexes.Length; i++)
        {
            string field = indexes[i].Field;
            IndexValue? before = old is { IsLive: true } ? old.ValueAt(i) : null;
            IndexValue? after = now is { IsLive: true } ? now.ValueAt(i) : null;
            if (before is { } gone && before != after)
            {
                Index.Remove(new IndexSlot(key.Collection, field, gone, key.Key));
            }

            if (after is { } value && before != after)
            {
                Index.Set(new IndexSlot(key.Collection, field, value, key.Key), true);
            }
        }
    }

    private static bool CameByLesserDot(TEntry entry, Dot dot, ChangeQuery query)
    {
        if (!entry.HasSiblings)
        {
            return false;
        }

        foreach (Dot other in entry.SiblingDots)
        {
            if (other < dot && !(other <= query.After) && !query.Known.Contains(other) && query.UpTo.Contains(other))
            {
                return true;
            }
        }

        return false;
    }
}
