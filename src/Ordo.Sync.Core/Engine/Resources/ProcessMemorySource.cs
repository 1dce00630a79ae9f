using System.Runtime;

namespace Ordo.Sync.Engine.Resources;

/// <summary>Measures this process.</summary>
internal sealed class ProcessMemorySource : IMemorySource
{
    public MemorySample Measure() => new(Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false));

    public void Compact()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
