namespace Ordo.Sync.Testing.Simulation.Storage;

/// <summary>What a store does to a disk.</summary>
internal enum DiskEffect
{
    Open,
    Read,
    Begin,
    Write,
    Commit,
    Committed,
    Flush,
}
