using Ordo.Sync.Errors;

namespace Ordo.Sync.Engine.Health;

/// <summary>A store of a device.</summary>
/// <param name="Name">What it is called: a file, a folder, "memory".</param>
/// <param name="IsEphemeral">Whether it is the store of ephemeral collections.</param>
/// <param name="Bytes">The bytes its files take; <see langword="null"/> where it has none.</param>
/// <param name="FreeBytes">The bytes left on its volume; <see langword="null"/> where that cannot be told.</param>
/// <param name="Error">Why it could not be read just now; <see langword="null"/> where it could.</param>
public sealed record StoreHealth(string Name, bool IsEphemeral, long? Bytes, long? FreeBytes, SyncException? Error);
