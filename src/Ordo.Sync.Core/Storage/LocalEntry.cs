namespace Ordo.Sync.Storage;

/// <summary>A durable entry of this replica's own, which does not replicate.</summary>
/// <param name="Key">Its key within its area.</param>
/// <param name="Value">Its bytes.</param>
public readonly record struct LocalEntry(string Key, ReadOnlyMemory<byte> Value);
