namespace Ordo.Sync.Engine.Resources;

/// <summary>How near a process is to its memory limit, and so what the engine sheds.</summary>
public enum MemoryLevel
{
    /// <summary>Below the limit by far, or without one: nothing is shed.</summary>
    Normal = 0,

    /// <summary>
    /// From 80% of the limit, until below 70%: pages and the operation queue are halved, pooled buffers and caches of stores are
    /// given back.
    /// </summary>
    High = 1,

    /// <summary>From 92% of the limit, until below 85%: pages and the queue are quartered, and the heap is compacted.</summary>
    Critical = 2,
}
