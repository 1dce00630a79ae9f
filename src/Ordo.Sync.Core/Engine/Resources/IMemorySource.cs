namespace Ordo.Sync.Engine.Resources;

/// <summary>Where the governor measures, and the heap it may compact. A seam for tests.</summary>
internal interface IMemorySource
{
    /// <summary>Measures.</summary>
    MemorySample Measure();

    /// <summary>Collects and compacts the heap and gives its free memory back to the system. Stops the process for that long.</summary>
    void Compact();
}
