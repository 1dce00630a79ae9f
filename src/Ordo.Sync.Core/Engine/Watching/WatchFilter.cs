namespace Ordo.Sync.Engine.Watching;

/// <summary>What a watcher wants to hear of.</summary>
/// <param name="Scope">One scope; <see langword="null"/> for all.</param>
/// <param name="Collection">One collection; <see langword="null"/> for all.</param>
/// <param name="ConflictsOnly">Only records that wait for a person, or did before.</param>
internal sealed record WatchFilter(string? Scope, string? Collection, bool ConflictsOnly)
{
    public bool Matches(string scope, string collection, bool isConflict) =>
        (isConflict || !ConflictsOnly)
        && (Scope is null || string.Equals(scope, Scope, StringComparison.Ordinal))
        && (Collection is null || string.Equals(collection, Collection, StringComparison.Ordinal));
}
