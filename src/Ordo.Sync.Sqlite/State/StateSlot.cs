namespace Ordo.Sync.Sqlite.State;

/// <summary>The rows of <c>ordo_state</c>: (scope, slot), where scope 0 is the store and slots from 0 up are replica indexes.</summary>
internal static class StateSlot
{
    /// <summary>The scope number of the store's own rows.</summary>
    public const long Store = 0;

    /// <summary>Of the store: counter, clock, journal sequence, commit number, journal count, journal bytes.</summary>
    public const long Counters = 0;

    /// <summary>Of the store: the local index of the present incarnation.</summary>
    public const long Incarnation = 1;

    /// <summary>Of a scope: live count, digest, journal count, journal bytes, whether the journal is scrambled.</summary>
    public const long Header = -1;

    /// <summary>Of a scope: the exceptions to its knowledge, encoded.</summary>
    public const long Exceptions = -2;
}
