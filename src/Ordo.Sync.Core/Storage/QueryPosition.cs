namespace Ordo.Sync.Storage;

/// <summary>A place in the order of a query.</summary>
/// <param name="Value">The value of the field that the query orders by; absent where it orders by key.</param>
/// <param name="Key">The record's key.</param>
public readonly record struct QueryPosition(IndexValue Value, string Key);
