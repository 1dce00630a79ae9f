namespace Ordo.Sync.Engine.Inbox;

/// <summary>Something came into the inbox, changed there, or left it.</summary>
/// <param name="Scope">The record's scope.</param>
/// <param name="Collection">Its collection.</param>
/// <param name="Key">Its key.</param>
/// <param name="IsOpen">Whether it waits for a person now.</param>
public sealed record ConflictChange(string Scope, string Collection, string Key, bool IsOpen);
