namespace Ordo.Sync.Faster.Operations;

/// <summary>What a transaction does to a store, as the log and the checkpoints hold it. The numbers are stored.</summary>
internal enum OperationKind : byte
{
    /// <summary>A replica id takes the next local index.</summary>
    Intern = 1,

    /// <summary>A collection is declared.</summary>
    Define = 2,

    /// <summary>A record is written whole.</summary>
    Put = 3,

    /// <summary>A record's row is removed.</summary>
    Remove = 4,

    /// <summary>A scope's state is set.</summary>
    SetScope = 5,

    /// <summary>A scope is removed.</summary>
    DropScope = 6,

    /// <summary>A journal entry is added.</summary>
    AppendJournal = 7,

    /// <summary>Journal entries are acknowledged.</summary>
    PruneJournal = 8,

    /// <summary>A local entry is written.</summary>
    SetLocal = 9,

    /// <summary>A local entry is removed.</summary>
    RemoveLocal = 10,

    /// <summary>Identity, counters and clock: the last of every transaction.</summary>
    Head = 11,
}
