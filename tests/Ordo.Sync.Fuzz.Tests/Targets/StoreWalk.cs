using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>Reads all that a store holds, as those do who use it.</summary>
internal static class StoreWalk
{
    private const int JournalPage = 500;

    /// <summary>Reads scopes, records and the journal. What cannot be read is thrown.</summary>
    /// <returns>Where a scope's digest is not that of its records; <see langword="null"/> where all are.</returns>
    public static async Task<string?> FindFaultAsync(IRecordStore store)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        string? fault = null;
        foreach (string scope in await snapshot.ListScopesAsync())
        {
            UInt128 kept = (await snapshot.GetScopeAsync(scope)).Digest;
            UInt128 digest = await DigestAsync(snapshot, scope, store.Replicas);
            fault ??= kept == digest ? null : $"The digest of '{scope}' is {kept:x}, that of its records {digest:x}.";
        }

        await ReadJournalAsync(snapshot);
        return fault;
    }

    private static async Task<UInt128> DigestAsync(IStoreSnapshot snapshot, string scope, ReplicaTable replicas)
    {
        var digest = UInt128.Zero;
        await foreach (StoredRecord record in RangeWalk.ReadAllAsync(snapshot, scope, CancellationToken.None))
        {
            digest = unchecked(digest + RecordDigest.Of(record, replicas));
        }

        return digest;
    }

    private static async Task ReadJournalAsync(IStoreSnapshot snapshot)
    {
        long after = 0;
        IReadOnlyList<JournalEntry> page;
        while ((page = await snapshot.ReadJournalAsync(after, JournalPage)).Count > 0)
        {
            after = page[^1].Sequence;
        }
    }
}
