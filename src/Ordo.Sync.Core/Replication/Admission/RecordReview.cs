using System.Collections.Immutable;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Admission;

/// <summary>A change that a caller brings to a hub, before it stands.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Key">The record.</param>
/// <param name="Principal">Who brings it.</param>
/// <param name="Before">The record at the hub; <see langword="null"/> where there is none.</param>
/// <param name="After">The record as it would be.</param>
/// <param name="Arrived">The versions that are new at the hub.</param>
public sealed record RecordReview(
    string Scope,
    RecordKey Key,
    string Principal,
    StoredRecord? Before,
    StoredRecord After,
    ImmutableArray<RecordVersion> Arrived);
