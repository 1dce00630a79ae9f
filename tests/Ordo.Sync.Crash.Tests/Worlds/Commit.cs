using Ordo.Sync.Storage;

namespace Ordo.Sync.Crash.Tests.Worlds;

/// <summary>A commit of the workload, in the disk's time: the number of effects before.</summary>
internal sealed class Commit(int begunAt)
{
    /// <summary>From here on it may be on the disk.</summary>
    public int BegunAt => begunAt;

    /// <summary>From here on its caller relies on it; never where it failed.</summary>
    public int AcknowledgedAt { get; set; } = int.MaxValue;

    public Durability Durability { get; set; }

    /// <summary>Everything that the store holds after it.</summary>
    public string State { get; set; } = string.Empty;
}
