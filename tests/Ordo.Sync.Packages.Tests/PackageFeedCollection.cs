namespace Ordo.Sync.Packages.Tests;

/// <summary>The tests that take the feed; one after another, since each builds.</summary>
[CollectionDefinition(nameof(PackageFeedCollection))]
public sealed class PackageFeedCollection : ICollectionFixture<PackageFeed>;
