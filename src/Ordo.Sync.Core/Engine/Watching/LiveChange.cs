namespace Ordo.Sync.Engine.Watching;

/// <summary>What becomes of a key in a live collection.</summary>
/// <param name="Key">The record's key.</param>
/// <param name="Entry">What stands there from now on; <see langword="null"/> where nothing does.</param>
internal readonly record struct LiveChange<T>(string Key, LiveEntry<T>? Entry);
