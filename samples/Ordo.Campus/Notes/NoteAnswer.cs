using Ordo.Sync.Crdt;

namespace Ordo.Campus.Notes;

/// <summary>What the browser has to do to show what others typed.</summary>
/// <param name="Version">To be handed back once it is shown.</param>
/// <param name="Change">The change; <see langword="null"/> where there is none.</param>
/// <param name="Cursors">Where others are.</param>
public sealed record NoteAnswer(int Version, TextChange? Change, IReadOnlyList<RemoteCursor> Cursors);
