namespace Ordo.Sync.Crdt.Sequences;

/// <summary>The byte that begins a run in an encoding; see docs/internals/conflict-free-types.md.</summary>
internal static class RunHead
{
    public const int StateMask = 0x03;
    public const int ParentShift = 2;
    public const int ParentMask = 0x03;
    public const int LengthIsOne = 0x10;
    public const int ReplicaIsSame = 0x20;
    public const int CounterIsNext = 0x40;

    /// <summary>The right child of the last element of the run before (of the beginning, for the first run).</summary>
    public const int RightOfPrevious = 0;

    /// <summary>The left child of the first element of the run after.</summary>
    public const int LeftOfNext = 1;

    /// <summary>The right child of a run that stands a distance of 2 or more before.</summary>
    public const int RightOfEarlier = 2;

    /// <summary>The left child of a run that stands a distance of 2 or more after.</summary>
    public const int LeftOfLater = 3;
}
