namespace Ordo.Sync.Crdt;

/// <summary>
/// One change of a text, for an editor to repeat: at a position, delete so many UTF-16 units, then insert. In a list of
/// changes each counts on those before it.
/// </summary>
/// <param name="Position">The UTF-16 index.</param>
/// <param name="Deleted">How many units go.</param>
/// <param name="Inserted">What comes in their place.</param>
public readonly record struct TextChange(int Position, int Deleted, string Inserted);
