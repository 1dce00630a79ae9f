namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>The text of a <see cref="TextSession"/> at one moment.</summary>
/// <param name="Value">The text.</param>
/// <param name="Revision">Its number: it grows by one with every edit here and every set of changes from elsewhere.</param>
public readonly record struct TextRevision(string Value, long Revision);
