using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;

namespace Ordo.Sync.Engine.Collections;

/// <summary>A record as a reader is shown it. Immutable.</summary>
/// <typeparam name="T">The app's type.</typeparam>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value.</param>
/// <param name="Timestamp">When the version shown was written.</param>
/// <param name="Author">Who wrote it, as the app named them; empty where it did not.</param>
/// <param name="State">How it stands.</param>
/// <param name="Version">
/// The versions that were read. Hand it to a write to say what the edit is based on: if somebody changed the record
/// meanwhile, the edit becomes a concurrent version instead of an overwrite.
/// </param>
public sealed record Record<T>(
    string Key, T Value, HybridTimestamp Timestamp, string Author, RecordState State, RecordBasis Version);
