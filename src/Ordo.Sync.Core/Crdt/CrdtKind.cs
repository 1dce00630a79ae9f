namespace Ordo.Sync.Crdt;

/// <summary>The conflict-free types; the numbers are part of the encoding.</summary>
public enum CrdtKind
{
    /// <summary><see cref="Crdt.Counter"/>.</summary>
    Counter = 1,

    /// <summary><see cref="Crdt.Flag"/>.</summary>
    Flag = 2,

    /// <summary><see cref="Crdt.Register"/>.</summary>
    Register = 3,

    /// <summary><see cref="Crdt.Set"/>.</summary>
    Set = 4,

    /// <summary><see cref="Crdt.Map"/>.</summary>
    Map = 5,

    /// <summary><see cref="Crdt.Sequence"/>.</summary>
    Sequence = 6,

    /// <summary><see cref="Crdt.Text"/>.</summary>
    Text = 7,
}
