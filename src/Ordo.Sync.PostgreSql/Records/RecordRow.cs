using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.PostgreSql.Records;

/// <summary>A record as a statement found it.</summary>
/// <param name="Record">The record.</param>
/// <param name="Siblings">How many versions it has beside the greatest.</param>
/// <param name="Matched">The dot it was found by.</param>
internal readonly record struct RecordRow(StoredRecord Record, int Siblings, Dot Matched);
