using Ordo.Sync.Records;

namespace Ordo.Sync.Storage;

/// <summary>A part of a range of records in key order.</summary>
/// <param name="Records">The records, whole.</param>
/// <param name="IsLast">Whether the range holds nothing behind them.</param>
public sealed record RangeSlice(IReadOnlyList<StoredRecord> Records, bool IsLast);
