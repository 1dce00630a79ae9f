using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Outcomes;

/// <summary>What became of one version, where it was not simply accepted.</summary>
/// <param name="Version">The version.</param>
/// <param name="Key">Its record.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record OutcomeEntry(GlobalDot Version, RecordKey Key, WriteOutcome Outcome)
{
    /// <summary>Why it was refused; <see langword="null"/> where it was not.</summary>
    public Rejection? Rejection { get; init; }
}
