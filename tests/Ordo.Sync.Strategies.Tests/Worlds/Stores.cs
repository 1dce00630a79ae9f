using Ordo.Sync.Storage;

namespace Ordo.Sync.Strategies.Tests.Worlds;

/// <summary>Reads of stores without an engine.</summary>
internal static class Stores
{
    public static async Task<UInt128> DigestAsync(IRecordStore store)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        return (await snapshot.GetScopeAsync(Device.ScopeName)).Digest;
    }
}
