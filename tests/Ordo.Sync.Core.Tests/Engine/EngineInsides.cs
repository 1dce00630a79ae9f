using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Replication;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>Reaches behind an engine, for tests that look into its store or write past its rules.</summary>
internal static class EngineInsides
{
    public static async Task<IRecordStore> OpenStoreAsync(this TestDevice device) =>
        (await OpenReplicaAsync(device)).Store;

    public static async Task<CollectionCatalog> OpenCatalogAsync(this TestDevice device) =>
        (await OpenReplicaAsync(device)).Catalog;

    private static async Task<LocalReplica> OpenReplicaAsync(TestDevice device)
    {
        await device.Engine.OpenAsync();
        return ((SyncEngine)device.Engine).LanesOf(TestDevice.ScopeName)[0].Replica;
    }
}
