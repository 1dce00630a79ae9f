namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>The races of collections over records in memory.</summary>
public sealed class MemoryCollectionRaceTests : CollectionRaces;
