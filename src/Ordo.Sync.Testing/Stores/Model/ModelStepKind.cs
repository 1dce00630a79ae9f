namespace Ordo.Sync.Testing.Stores.Model;

/// <summary>What a random step does. Steps that write begin a transaction where none is open.</summary>
internal enum ModelStepKind
{
    Put,
    TryAdd,
    Remove,
    SetScope,
    DropScope,
    AppendJournal,
    PruneJournal,
    SetLocal,
    RemoveLocal,
    Intern,
    AdvanceClock,
    Rotate,
    Commit,
    Rollback,
    Define,
    Reopen,
    HoldSnapshot,
    CompareSnapshot,
    CompareAll,
    CompareChanges,
    CompareRange,
    CompareQuery,
    CompareJournal,
    CompareLocals,
}
