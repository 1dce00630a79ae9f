namespace Ordo.Sync.Engine.Resources;

/// <summary>How much of a budget is left at a level: all, half, a quarter; never less than a floor.</summary>
internal static class MemoryShare
{
    /// <summary>The least a page is shrunk to: 32 KiB, or what it is anyway.</summary>
    public const int PageBytesMin = 32 * 1024;

    /// <summary>The least the queue is shrunk to: 64 KiB.</summary>
    public const int QueueBytesMin = 64 * 1024;

    /// <summary>The share of a budget at a level.</summary>
    public static long Of(long bytes, MemoryLevel level, long bytesMin) =>
        Math.Min(bytes, Math.Max(bytes >> (int)level, bytesMin));
}
