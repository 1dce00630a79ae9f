using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Strategies.Tests.Matrix;

/// <summary>A version as the specification sees it.</summary>
/// <param name="Author">Who wrote it.</param>
/// <param name="Value">What it says; <see langword="null"/> for a delete.</param>
/// <param name="Time">When; a greater number is later.</param>
/// <param name="Seen">The versions that its author was shown.</param>
/// <param name="Superseded">Those of them that it takes the place of.</param>
/// <param name="Reason">Why, where it is a decision.</param>
internal sealed record ModelVersion(
    string Author, Note? Value, int Time, IReadOnlyList<ModelVersion> Seen, IReadOnlyList<ModelVersion> Superseded, string? Reason)
{
    /// <summary>Whether another version's author knew this one, directly or through what was seen.</summary>
    public bool IsKnownTo(ModelVersion other) => other.Seen.Any(seen => ReferenceEquals(seen, this) || IsKnownTo(seen));

    /// <summary>The version as a sentence, as histories are compared.</summary>
    public string Describe(bool isCurrent) => Describe(Author, Value, Reason, isCurrent);

    public static string Describe(string author, Note? value, string? reason, bool isCurrent) =>
        $"{author} {(value is null ? "deleted" : $"'{value.Text}' {value.Score}")}"
        + (reason is null ? string.Empty : $" because '{reason}'") + (isCurrent ? " (current)" : string.Empty);
}
