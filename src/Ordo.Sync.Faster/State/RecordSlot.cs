using Ordo.Sync.Causality;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Faster.State;

/// <summary>A record as memory knows it: where its value is, and what finding and superseding it needs.</summary>
/// <param name="Number">The value's number.</param>
/// <param name="ValueBytes">The value's length.</param>
/// <param name="IsLive">Whether queries find it.</param>
/// <param name="Dot">The greatest version's dot.</param>
/// <param name="Detail">What only few records have; <see langword="null"/> for the others.</param>
internal readonly record struct RecordSlot(long Number, int ValueBytes, bool IsLive, Dot Dot, SlotDetail? Detail)
    : IIndexedEntry
{
    /// <inheritdoc/>
    public bool HasSiblings => Detail is { Dots.IsEmpty: false };

    /// <inheritdoc/>
    public IEnumerable<Dot> SiblingDots => Detail!.Dots;

    /// <inheritdoc/>
    public IndexValue ValueAt(int index) => Detail!.Values[index];

    /// <summary>Whether one of the versions has this dot.</summary>
    public bool Holds(Dot dot) => HasSiblings ? Detail!.Dots.Contains(dot) : dot == Dot;
}
