using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Engine.Verification;

/// <summary>What a disk does to a store behind its back: rows change, and no digest is told.</summary>
internal static class Damage
{
    /// <summary>Flips the last byte of the greatest version's payload.</summary>
    public static Task AlterAsync(IRecordStore store, string key) => AlterAsync(store, key, payload =>
    {
        payload[^1] ^= 1;
        return payload;
    });

    public static async Task AlterAsync(IRecordStore store, string key, Func<byte[], byte[]> change)
    {
        await using IStoreTransaction transaction = await store.BeginAsync();
        StoredRecord record = (await transaction.GetAsync(TestDevice.ScopeName, new RecordKey("notes", key)))!;
        RecordVersion old = record.Greatest;
        var altered = new RecordVersion(
            old.Dot, old.Timestamp, old.Author, change(old.Payload.ToArray()), old.Annotations);
        await transaction.PutAsync(
            TestDevice.ScopeName, record with { Versions = record.Versions.SetItem(record.Versions.Length - 1, altered) });
        await transaction.CommitAsync(Durability.Normal);
    }

    public static async Task LoseAsync(IRecordStore store, string key)
    {
        await using IStoreTransaction transaction = await store.BeginAsync();
        await transaction.RemoveAsync(TestDevice.ScopeName, new RecordKey("notes", key));
        await transaction.CommitAsync(Durability.Normal);
    }

    /// <summary>Makes the digest belong to the records again, as on a store that was copied and lived on.</summary>
    public static async Task AcceptAsync(IRecordStore store)
    {
        await using IStoreTransaction transaction = await store.BeginAsync();
        ScopeState state = await transaction.GetScopeAsync(TestDevice.ScopeName);
        RangeSlice all = await transaction.ReadRangeAsync(
            TestDevice.ScopeName, KeyRange.All, new ReadBudget(int.MaxValue));
        UInt128 digest = UInt128.Zero;
        foreach (StoredRecord record in all.Records)
        {
            digest = unchecked(digest + RecordDigest.Of(record, transaction.Replicas));
        }

        await transaction.SetScopeAsync(TestDevice.ScopeName, state with { Digest = digest });
        await transaction.CommitAsync(Durability.Normal);
    }
}
