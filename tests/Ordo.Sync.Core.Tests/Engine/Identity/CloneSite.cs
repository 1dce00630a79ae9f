using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>A device, its store, and its writes that the hub has not acknowledged.</summary>
internal sealed class CloneSite(InMemoryRecordStore store, TestDevice device, HashSet<string> unsynced)
{
    public InMemoryRecordStore Store => store;

    public TestDevice Device => device;

    public HashSet<string> Unsynced => unsynced;

    public (InMemoryRecordStore Store, HashSet<string> Unsynced)? Backup { get; set; }

    public async Task BackUpAsync()
    {
        await device.Engine.OpenAsync();
        InMemoryRecordStore copy = store.Clone();
        await copy.OpenAsync();
        Backup = (copy, [.. unsynced]);
    }
}
