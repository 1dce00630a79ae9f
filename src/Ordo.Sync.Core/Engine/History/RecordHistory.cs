using System.Collections.Immutable;
using Ordo.Sync.Conflicts.Fields;

namespace Ordo.Sync.Engine.History;

/// <summary>What is known of a record's past. Immutable.</summary>
/// <typeparam name="T">The app's type.</typeparam>
/// <param name="Versions">
/// The versions, each behind all that it superseded, concurrent ones by timestamp. All there ever were, in collections that keep an
/// audit history; in others the current ones and those that a merge superseded.
/// </param>
/// <param name="LostValues">Values of single fields that lost against concurrent edits, the newest first.</param>
/// <param name="Problems">
/// What is wrong with the history: entries that are missing, altered or inserted, one sentence each; empty where it is whole.
/// </param>
public sealed record RecordHistory<T>(
    ImmutableArray<HistoryVersion<T>> Versions,
    ImmutableArray<LostValue> LostValues,
    ImmutableArray<string> Problems)
{
    /// <summary>The versions that whoever runs the hub had collected, so that they are not listed; what is listed follows them.</summary>
    public int CollectedCount { get; init; }

    /// <summary>Versions written before this moment were collected; <see langword="null"/> where none was.</summary>
    public DateTimeOffset? CollectedBefore { get; init; }
}
