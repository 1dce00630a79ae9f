using Ordo.Sync.Causality;

namespace Ordo.Sync.Storage.Memory;

/// <summary>What finding a record asks of the entry that a store keeps in memory for a record.</summary>
internal interface IIndexedEntry
{
    /// <summary>Whether queries find the record.</summary>
    bool IsLive { get; }

    /// <summary>Whether the record has several versions.</summary>
    bool HasSiblings { get; }

    /// <summary>The dots of its versions; of entries with siblings only.</summary>
    IEnumerable<Dot> SiblingDots { get; }

    /// <summary>The value of an index of its collection, by the index's place in the schema; of live entries only.</summary>
    IndexValue ValueAt(int index);
}
