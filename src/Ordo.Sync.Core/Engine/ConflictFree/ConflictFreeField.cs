using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>A field whose value lives in the records' conflict-free state.</summary>
/// <param name="Path">Its name in payloads; steps into nested objects are joined by dots.</param>
/// <param name="Kind">Its type.</param>
internal readonly record struct ConflictFreeField(string Path, CrdtKind Kind);
