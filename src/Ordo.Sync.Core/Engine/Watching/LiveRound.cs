namespace Ordo.Sync.Engine.Watching;

/// <summary>What a live collection shows next.</summary>
/// <param name="Changes">The changes.</param>
/// <param name="IsAnew">Whether they are all there is, and what was held before is not.</param>
/// <param name="IsLoaded">Whether everything stored is shown with them.</param>
internal sealed record LiveRound<T>(IReadOnlyList<LiveChange<T>> Changes, bool IsAnew, bool IsLoaded);
