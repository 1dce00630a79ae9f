namespace Ordo.Sync.Sqlite.State;

/// <summary>
/// The rows of <c>ordo_state</c>: (scope, slot). A scope's journal entries come first, their slot is their sequence
/// number; then what is kept of the scope; the store's own rows are the last of all. So what a commit appends to the
/// journal and what it changes beside it stand on one page: commits write whole pages.
/// </summary>
internal static class StateSlot
{
    /// <summary>The first slot that is no journal entry.</summary>
    public const long JournalEnd = 1L << 61;

    /// <summary>Of a scope: the exceptions to its knowledge, encoded, in b.</summary>
    public const long Exceptions = JournalEnd;

    /// <summary>
    /// Of a scope: live count, digest, journal count, journal bytes, whether the journal is scrambled (a to e).
    /// </summary>
    public const long Header = JournalEnd + 1;

    /// <summary>
    /// Of a scope: of the replica with local index i, what is known and what is forgotten (a, b), in this slot + i.
    /// </summary>
    public const long Replicas = 1L << 62;

    /// <summary>The scope number of the store's own rows.</summary>
    public const long Store = 1L << 40;

    /// <summary>
    /// Of the store: counter, clock, journal sequence, commit number, journal count, journal bytes (a to f).
    /// </summary>
    public const long Counters = JournalEnd;

    /// <summary>Of the store: the local index of the present incarnation, in a.</summary>
    public const long Incarnation = JournalEnd + 1;
}
