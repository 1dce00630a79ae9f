using Ordo.Sync.Records;

namespace Ordo.Sync.Engine.Watching;

/// <summary>A committed change of a record.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Key">The record.</param>
/// <param name="After">The record after; <see langword="null"/> where it is no longer held.</param>
/// <param name="Origin">Where it came from.</param>
internal readonly record struct StoredChange(string Scope, RecordKey Key, StoredRecord? After, ChangeOrigin Origin);
