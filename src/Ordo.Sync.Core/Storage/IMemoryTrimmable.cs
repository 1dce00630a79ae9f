namespace Ordo.Sync.Storage;

/// <summary>
/// What a store may be besides: able to give memory back that it can have again at some cost, such as a page cache. The engine
/// asks for it when the process comes near its memory limit. Thread-safe, and quick: it waits for a call under way at most.
/// </summary>
public interface IMemoryTrimmable
{
    /// <summary>Gives back what is not in use. Never changes what is stored; does nothing where the store is not open.</summary>
    void TrimMemory();
}
