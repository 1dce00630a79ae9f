using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Engine.Health;

/// <summary>A sync that has ended.</summary>
/// <param name="EndedAt">When, by this machine's clock.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Status">How it ended; <see cref="SyncStatus.Failed"/> also where the local store failed.</param>
/// <param name="Error">The first error; <see langword="null"/> where there was none.</param>
public sealed record SyncAttempt(DateTimeOffset EndedAt, TimeSpan Duration, SyncStatus Status, SyncException? Error);
