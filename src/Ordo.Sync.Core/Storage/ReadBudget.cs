namespace Ordo.Sync.Storage;

/// <summary>How much one read may return. At least one record comes, however large, so that every transfer advances.</summary>
/// <param name="BytesMax">Stop before the record that would exceed this many bytes (<c>StoredRecord.SizeBytes</c>).</param>
/// <param name="CountMax">Stop after this many records.</param>
public readonly record struct ReadBudget(int BytesMax, int CountMax = int.MaxValue);
