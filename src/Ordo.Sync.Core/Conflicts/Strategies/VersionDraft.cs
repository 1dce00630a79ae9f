using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.Strategies;

/// <summary>What a new version is made of.</summary>
/// <param name="Scope">The record's scope.</param>
/// <param name="Key">The record.</param>
/// <param name="Seen">The record as its editor saw it, which may be older than what stands; <see langword="null"/> for none.</param>
/// <param name="Superseded">The record with those versions that the new one supersedes; <see langword="null"/> for none.</param>
/// <param name="Payload">The whole new payload; empty for a delete.</param>
/// <param name="Stamp">The new version's identity, time and author.</param>
/// <param name="Decision">The decision that it is; <see langword="null"/> for an ordinary edit.</param>
public readonly record struct VersionDraft(
    string Scope,
    RecordKey Key,
    StoredRecord? Seen,
    StoredRecord? Superseded,
    ReadOnlyMemory<byte> Payload,
    WriteStamp Stamp,
    Decision? Decision)
{
    /// <summary>Whether no other version stays beside the new one.</summary>
    public bool SawAll { get; init; }
}
