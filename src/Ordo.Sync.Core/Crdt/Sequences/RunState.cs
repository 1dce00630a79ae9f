namespace Ordo.Sync.Crdt.Sequences;

/// <summary>The life of an element: it only ever moves down this list, which makes the join a maximum.</summary>
internal enum RunState : byte
{
    /// <summary>Visible.</summary>
    Live = 0,

    /// <summary>Removed by an event that some replica may not have seen; kept, so that its inserts find their place.</summary>
    Removed = 1,

    /// <summary>Removed, and every replica knows: kept only where an element below it is.</summary>
    Gone = 2,
}
