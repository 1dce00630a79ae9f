using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>An edit of a record's conflict-free state as it was asked for; carried out inside the writer's transaction.</summary>
/// <param name="Find">The value to edit, in a document's fields.</param>
/// <param name="SizeBytes">About what it adds.</param>
/// <param name="Apply">The edit.</param>
internal sealed record ConflictFreeEdit(Func<Map, CrdtValue> Find, int SizeBytes, Action<CrdtValue, EditContext> Apply);
