using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage;

/// <summary>A part of the changes that a query asked for.</summary>
/// <param name="Records">The records, whole, in the order of the dots that matched.</param>
/// <param name="Next">Where to go on (<see cref="ChangeQuery.After"/>); <see langword="null"/> where this was the last part.</param>
public sealed record ChangeSlice(IReadOnlyList<StoredRecord> Records, Dot? Next);
