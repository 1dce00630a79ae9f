namespace Ordo.Sync.Strategies.Tests.Worlds;

/// <summary>What the replicas of a world keep their records in.</summary>
public enum StoreKind
{
    Memory,
    Sqlite,
}
