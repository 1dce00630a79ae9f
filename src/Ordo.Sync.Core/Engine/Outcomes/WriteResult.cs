using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Journal;

namespace Ordo.Sync.Engine.Outcomes;

/// <summary>What became of one write.</summary>
/// <param name="Scope">The scope written to.</param>
/// <param name="Version">The version written.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record WriteResult(string Scope, GlobalDot Version, WriteOutcome Outcome)
{
    /// <summary>The record's collection; empty where the write was simply accepted, which is not logged.</summary>
    public string Collection { get; init; } = string.Empty;

    /// <summary>The record's key; empty where the write was simply accepted.</summary>
    public string Key { get; init; } = string.Empty;

    /// <summary>When this device learnt of it; <see langword="null"/> where it was simply accepted.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Why the hub refused it; <see langword="null"/> where it did not.</summary>
    public Rejection? Rejection { get; init; }
}
