using Ordo.Sync.Engine.Resources;

namespace Ordo.Sync.Core.Tests.Engine.Resources;

/// <summary>Memory that is as full as a test says.</summary>
internal sealed class FakeMemory : IMemorySource
{
    public const long Limit = 100L * 1024 * 1024;

    /// <summary>How full it is, in percent of <see cref="Limit"/>.</summary>
    public int Percent { get; set; } = 10;

    /// <summary>What a compaction frees, in percent.</summary>
    public int FreedPercent { get; set; }

    public int MeasureCount { get; private set; }

    public int CompactionCount { get; private set; }

    public MemorySample Measure()
    {
        MeasureCount++;
        return new MemorySample(Limit / 100 * Percent, Limit / 200 * Percent);
    }

    public void Compact()
    {
        CompactionCount++;
        Percent -= FreedPercent;
    }
}
