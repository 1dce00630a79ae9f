namespace Ordo.Sync.Crdt;

/// <summary>The kinds of values that conflict-free types hold; the order is part of <see cref="Scalar"/>'s order.</summary>
public enum ScalarKind
{
    /// <summary>A truth value; the default scalar is <see langword="false"/>.</summary>
    Boolean = 0,

    /// <summary>A 64-bit integer.</summary>
    Whole = 1,

    /// <summary>A double, told apart by its bits (so NaN equals itself and −0 is not 0).</summary>
    Real = 2,

    /// <summary>A string, compared ordinally.</summary>
    Text = 3,

    /// <summary>Bytes, compared by content.</summary>
    Bytes = 4,
}
