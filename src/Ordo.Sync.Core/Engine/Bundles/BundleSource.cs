using Ordo.Sync.Replication;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Bundles;

/// <summary>A scope to export, and the store that holds it.</summary>
/// <param name="Scope">The scope (or its lane).</param>
/// <param name="Store">The store.</param>
/// <param name="Catalog">Its collections.</param>
internal sealed record BundleSource(string Scope, IRecordStore Store, CollectionCatalog Catalog);
