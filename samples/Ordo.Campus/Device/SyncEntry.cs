using Ordo.Sync.Engine.Syncing;

namespace Ordo.Campus.Device;

/// <summary>A sync that was.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Report">What it did.</param>
public sealed record SyncEntry(DateTimeOffset At, SyncReport Report)
{
    public bool IsComplete => Report.Status == SyncStatus.Completed;
}
