using Ordo.Sync.Records;

namespace Ordo.Sync.PostgreSql.Records;

/// <summary>A record as a transaction knows it.</summary>
/// <param name="Record">What it reads; <see langword="null"/> where the record is not held.</param>
/// <param name="Visible">What it shows.</param>
/// <param name="IsDirty">Whether the database does not have it so yet.</param>
/// <param name="IsNew">Whether the database holds no row of it.</param>
internal readonly record struct PendingRecord(StoredRecord? Record, ReadOnlyMemory<byte> Visible, bool IsDirty, bool IsNew);
