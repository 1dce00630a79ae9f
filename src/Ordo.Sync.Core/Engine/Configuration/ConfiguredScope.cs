namespace Ordo.Sync.Engine.Configuration;

/// <summary>A scope that the app subscribes to whenever it starts.</summary>
/// <param name="Name">The scope.</param>
/// <param name="Priority">How urgent it is; <see langword="null"/> where that is left as it is.</param>
internal readonly record struct ConfiguredScope(string Name, int? Priority);
