using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>
/// A place in a text or sequence that stays where it is while elements come and go elsewhere: beside an element, named by
/// its dot. It means the same on every replica, so it can be stored and sent (a remote cursor, a comment's range).
/// </summary>
/// <param name="Element">The element; null: the beginning (after) or the end (before).</param>
/// <param name="IsAfter">
/// Whether the place is behind the element, so that what is inserted at this very place comes behind the anchor; otherwise it
/// is in front, and the anchor moves on.
/// </param>
public readonly record struct Anchor(GlobalDot? Element, bool IsAfter);
