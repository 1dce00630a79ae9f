using System.Collections.Immutable;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Strategies.Tests.Matrix;

/// <summary>What becomes of one field under merge preserving history.</summary>
/// <param name="Value">The value shown; <see langword="null"/> where it is removed.</param>
/// <param name="Lost">The authors whose values lost against concurrent ones.</param>
internal sealed record FieldFate(object? Value, ImmutableArray<string> Lost)
{
    /// <summary>
    /// A version sets a field where its value differs from what its author was shown. A setting that a later setter had seen is
    /// gone; of the others the newest is shown and the rest have lost. What had lost in the eyes of a writer stays lost.
    /// </summary>
    public static FieldFate Of(ImmutableArray<ModelVersion> all, Func<Note?, object?> read)
    {
        ImmutableArray<ModelVersion> setters = [.. all.Where(version => Sets(version, read))];
        ModelVersion[] live = [.. Live(setters).OrderBy(version => version.Time)];
        var lost = new SortedSet<string>(StringComparer.Ordinal);
        foreach (ModelVersion writer in all.Where(version => version.Seen.Count > 1))
        {
            lost.UnionWith(LosersOf(
                [.. Live([.. writer.Seen.Where(version => Sets(version, read))]).OrderBy(version => version.Time)], read));
        }

        lost.UnionWith(LosersOf(live, read));
        return new FieldFate(read(live[^1].Value), [.. lost]);
    }

    // Who set the same as what is shown has lost nothing.
    private static IEnumerable<string> LosersOf(ModelVersion[] live, Func<Note?, object?> read) => live
        .SkipLast(1)
        .Where(version => !Equals(read(version.Value), read(live[^1].Value)))
        .Select(version => version.Author);

    private static IEnumerable<ModelVersion> Live(ImmutableArray<ModelVersion> setters) =>
        setters.Where(version => !setters.Any(version.IsKnownTo));

    private static bool Sets(ModelVersion version, Func<Note?, object?> read) =>
        version.Seen.Count == 0 || !Equals(read(version.Value), read(version.Seen[^1].Value));
}
