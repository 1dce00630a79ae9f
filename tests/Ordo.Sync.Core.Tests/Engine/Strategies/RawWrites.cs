using Ordo.Sync.Causality;
using Ordo.Sync.Engine;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Engine.Strategies;

/// <summary>Writes that no engine would make: what a device sends that does not keep the rules.</summary>
internal static class RawWrites
{
    /// <summary>Supersedes all versions of a note by one without notes of its own.</summary>
    public static async Task SupersedeAllAsync(TestDevice device, string key, Note value)
    {
        IRecordStore store = await device.OpenStoreAsync();
        CollectionCatalog catalog = await device.OpenCatalogAsync();
        ReadOnlyMemory<byte> payload = ((SyncEngine)device.Engine).Serializer.Serialize(value);
        await using IStoreTransaction transaction = await store.BeginAsync();
        ScopeDraft draft = await ScopeDraft.BeginAsync(transaction, TestDevice.ScopeName, catalog, sink: null);
        var name = new RecordKey("notes", key);
        StoredRecord? before = await transaction.GetAsync(TestDevice.ScopeName, name);
        Dot dot = transaction.NextDots();
        draft.Issue(dot);
        HybridTimestamp timestamp = transaction.Clock.Next();
        transaction.AdvanceClock(timestamp);
        await draft.ReplaceAsync(before, new StoredRecord(name, [new RecordVersion(dot, timestamp, "x", payload)]));
        await draft.SaveAsync();
        await transaction.CommitAsync(Durability.Full);
    }
}
