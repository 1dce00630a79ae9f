using Ordo.Sync.Engine.Collections;

namespace Ordo.Sync.Engine.Watching;

/// <summary>A record changed, by a write here or by a sync.</summary>
/// <typeparam name="T">The app's type.</typeparam>
/// <param name="Key">The record's key.</param>
/// <param name="Record">The record now; <see langword="null"/> where it is deleted.</param>
/// <param name="Origin">Where the change came from.</param>
public sealed record RecordChange<T>(string Key, Record<T>? Record, ChangeOrigin Origin);
