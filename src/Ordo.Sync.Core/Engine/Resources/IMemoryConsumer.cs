namespace Ordo.Sync.Engine.Resources;

/// <summary>A part of the engine that can take less memory.</summary>
internal interface IMemoryConsumer
{
    /// <summary>The bytes of writes that wait here.</summary>
    long WaitingBytes { get; }

    /// <summary>Takes the shares of a level from now on.</summary>
    void Adapt(MemoryLevel level);

    /// <summary>Gives back what can be had again at some cost: caches, pooled buffers.</summary>
    void Trim();
}
