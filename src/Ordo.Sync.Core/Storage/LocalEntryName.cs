namespace Ordo.Sync.Storage;

/// <summary>What a local entry is called.</summary>
/// <param name="Area">Its area.</param>
/// <param name="Key">Its key within the area.</param>
public readonly record struct LocalEntryName(string Area, string Key);
