using System.Collections.Immutable;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Journal;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Strategies.Tests.Matrix;

/// <summary>
/// What must become of every cell, in the words of the documentation and nothing of the product's code: versions and who saw
/// which of them, and a strategy's promise about that.
/// </summary>
internal static class Specification
{
    public static readonly Note BaseValue = new() { Text = "base", Score = 1 };
    public static readonly Note FirstValue = new() { Text = "first", Score = 2 };
    public static readonly Note SecondValue = new() { Text = "second", Score = 3 };

    /// <summary>What a side puts. A's score is the greater, although B's time is.</summary>
    public static Note ValueOf(string author) => new() { Text = author, Score = author == "ann" ? 10 : 5 };

    /// <param name="cell">The cell.</param>
    /// <param name="mayBobApprove">Whether the hub takes B's decisions.</param>
    /// <param name="isFirstA">Whether A delivered before anybody there knew what B wrote; unknown where null.</param>
    /// <param name="isFirstB">Whether B delivered before anybody there knew what A wrote.</param>
    public static Expectation Expect(Cell cell, bool mayBobApprove, bool? isFirstA, bool? isFirstB)
    {
        ImmutableArray<ModelVersion> before = StandingVersions(cell.Standing);
        ModelVersion? a = Act(cell, cell.A, "ann", time: 4, before);
        ModelVersion? b = Act(cell, cell.B, "bob", time: 5, before);
        bool isRefusedByHub = b?.Reason is not null && !mayBobApprove;
        ModelVersion? standingB = isRefusedByHub ? null : b;
        ImmutableArray<ModelVersion> all =
            [.. before, .. new[] { a, standingB }.Where(version => version is not null).Select(version => version!)];
        ImmutableArray<ModelVersion> left = [.. all.Where(version =>
            !all.Any(other => other.Superseded.Any(superseded => ReferenceEquals(superseded, version))))];
        Expectation seen = cell.Strategy switch
        {
            ConflictStrategy.LastWriteWins => LastWriteWins(left),
            ConflictStrategy.MergePreservingHistory => Merged(all, left),
            ConflictStrategy.Custom => Highest(left),
            _ => Judged(cell.Strategy, all, left),
        };
        return seen with
        {
            CanA = a is not null,
            CanB = b is not null,
            OutcomesA = a is null ? [] : OutcomesOf(cell, a, standingB, left, isFirstA, isRefusedByHub),
            OutcomesB = isRefusedByHub ? [WriteOutcome.Rejected]
                : b is null ? [] : OutcomesOf(cell, b, a, left, isFirstB, isOtherRefused: false),
        };
    }

    private static ImmutableArray<ModelVersion> StandingVersions(Standing standing) => standing switch
    {
        Standing.Single => [new ModelVersion("cat", BaseValue, 1, [], [], null)],
        Standing.Conflict =>
            [new ModelVersion("cat", FirstValue, 2, [], [], null), new ModelVersion("bob", SecondValue, 3, [], [], null)],
        _ => [],
    };

    // What a side writes; null where the strategy forbids it.
    private static ModelVersion? Act(
        Cell cell, Operation operation, string author, int time, ImmutableArray<ModelVersion> before)
    {
        bool isDecision = operation is Operation.Override or Operation.Approve;
        bool isDisputed = before.Length > 1
            && cell.Strategy is ConflictStrategy.AcademicRecord or ConflictStrategy.ManualIntervention;
        if (cell.Strategy == ConflictStrategy.ManualIntervention && before.Length > 1 && !isDecision)
        {
            return null;
        }

        IReadOnlyList<ModelVersion> seen = operation == Operation.Create ? [] : before;

        // Of a disputed record an ordinary edit replaces the version that its editor was shown: the newer one.
        IReadOnlyList<ModelVersion> superseded = isDisputed && seen.Count > 1 && !isDecision ? [seen[^1]] : seen;
        Note shown = seen.Count == 0 ? new Note() : Shown(cell.Strategy, seen);
        Note mine = ValueOf(author);
        Note? value = operation switch
        {
            Operation.PatchText => shown with { Text = mine.Text },
            Operation.PatchScore => shown with { Score = mine.Score },
            Operation.Delete => null,
            Operation.Approve => (author == "ann" ? before[0] : before[1]).Value,
            _ => mine,
        };
        return new ModelVersion(author, value, time, seen, superseded, isDecision ? author : null);
    }

    // Before the sides act: the second of two is both the newer and the one with the higher score, in every field.
    private static Note Shown(ConflictStrategy strategy, IReadOnlyList<ModelVersion> before) =>
        Enum.IsDefined(strategy) ? before[^1].Value! : throw new ArgumentOutOfRangeException(nameof(strategy));

    private static Expectation LastWriteWins(ImmutableArray<ModelVersion> left)
    {
        ModelVersion newest = left.MaxBy(version => version.Time)!;
        return new Expectation { Value = newest.Value, State = RecordState.Current, History = [newest.Describe(isCurrent: true)] };
    }

    // The highest score among those that are no deletes; of equals the newest.
    private static Expectation Highest(ImmutableArray<ModelVersion> left)
    {
        ModelVersion? best = left
            .Where(version => version.Value is not null)
            .OrderBy(version => version.Value!.Score)
            .ThenBy(version => version.Time)
            .LastOrDefault();
        return new Expectation { Value = best?.Value, State = RecordState.Current, History = Current(left) };
    }

    private static Expectation Judged(
        ConflictStrategy strategy, ImmutableArray<ModelVersion> all, ImmutableArray<ModelVersion> left)
    {
        bool isDisputed = left.Select(version => version.Value).Distinct().Count() > 1;
        ModelVersion[] newestFirst = [.. left.OrderByDescending(version => version.Time)];
        ModelVersion shown =
            (strategy == ConflictStrategy.AcademicRecord ? newestFirst.FirstOrDefault(version => version.Reason is not null) : null)
            ?? newestFirst.FirstOrDefault(version => version.Value is not null) ?? newestFirst[0];
        RecordState disputed =
            strategy == ConflictStrategy.AcademicRecord ? RecordState.AwaitingApproval : RecordState.Conflicted;
        return new Expectation
        {
            Value = shown.Value,
            State = isDisputed ? disputed : RecordState.Current,
            IsRefused = isDisputed && strategy == ConflictStrategy.ManualIntervention,
            IsInInbox = isDisputed,
            History = [.. all.Select(version => version.Describe(left.Contains(version))).Order(StringComparer.Ordinal)],
        };
    }

    private static Expectation Merged(ImmutableArray<ModelVersion> all, ImmutableArray<ModelVersion> left)
    {
        FieldFate text = FieldFate.Of(all, static note => note?.Text);
        FieldFate score = FieldFate.Of(all, static note => note?.Score);
        bool isDeleted = text.Value is null && score.Value is null;

        // Versions that somebody merged by writing over several of them stand in the history.
        IEnumerable<ModelVersion> merged = all
            .Where(version => all.Any(other => other.Superseded.Count > 1 && other.Superseded.Contains(version)));
        return new Expectation
        {
            Value = isDeleted ? null : new Note { Text = (string?)text.Value ?? string.Empty, Score = (int?)score.Value ?? 0 },
            State = RecordState.Current,
            History = [.. Current(left).Concat(merged.Select(version => version.Describe(isCurrent: false))).Order(StringComparer.Ordinal)],
            LostValues = [.. text.Lost.Select(author => $"Text: {author}").Concat(score.Lost.Select(author => $"Score: {author}"))
                .Order(StringComparer.Ordinal)],
        };
    }

    // What the writer is told: that its version met a concurrent one, or stands beside others. Where versions stay, the first to
    // deliver is told so when the other's version reaches it; last write wins tells only whose delivery met something.
    private static ImmutableArray<WriteOutcome> OutcomesOf(
        Cell cell,
        ModelVersion mine,
        ModelVersion? other,
        ImmutableArray<ModelVersion> left,
        bool? isFirst,
        bool isOtherRefused)
    {
        bool isDisputed = left.Select(version => version.Value).Distinct().Count() > 1;
        WriteOutcome met = cell.Strategy switch
        {
            ConflictStrategy.AcademicRecord when isDisputed => WriteOutcome.AwaitingApproval,
            ConflictStrategy.ManualIntervention when isDisputed => WriteOutcome.Conflict,
            _ => WriteOutcome.Merged,
        };
        bool standsBesideOthers = left.Any(version => version != mine && !version.IsKnownTo(mine))
            || (isDisputed && left.Any(version => version != mine));
        if (cell.Strategy == ConflictStrategy.LastWriteWins)
        {
            bool isUnaware = cell.Standing == Standing.Single && mine.Seen.Count == 0;
            return isFirst is null ? [WriteOutcome.Accepted, WriteOutcome.Merged]
                : [isFirst == true && !isUnaware ? WriteOutcome.Accepted : WriteOutcome.Merged];
        }

        return isOtherRefused && !standsBesideOthers ? [WriteOutcome.Accepted, WriteOutcome.Merged]
            : standsBesideOthers || other is not null ? [met] : [WriteOutcome.Accepted];
    }

    private static ImmutableArray<string> Current(ImmutableArray<ModelVersion> left) =>
        [.. left.Select(version => version.Describe(isCurrent: true)).Order(StringComparer.Ordinal)];
}
