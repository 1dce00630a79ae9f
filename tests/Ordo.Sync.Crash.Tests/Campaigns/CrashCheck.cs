using Ordo.Sync.Causality;
using Ordo.Sync.Core.Tests.Engine;
using Ordo.Sync.Crash.Tests.Disks;
using Ordo.Sync.Crash.Tests.Worlds;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Crash.Tests.Campaigns;

/// <summary>Opens what a crash left with the real store and engine, and says what does not hold.</summary>
/// <param name="log">What was committed when.</param>
/// <param name="time">The clock.</param>
/// <param name="keys">The keys of an encrypted store.</param>
internal sealed class CrashCheck(CommitLog log, TimeProvider time, SqliteEncryptionKeys? keys = null) : IDisposable
{
    private const string Probe = "probe";

    private readonly CrashFolder _folder = new();

    /// <summary>What the hub held after a number of effects; <see langword="null"/> where there is none to sync with.</summary>
    public Func<int, InMemoryRecordStore>? HubAt { get; init; }

    public void Dispose() => _folder.Dispose();

    /// <summary>What is wrong; <see langword="null"/> where nothing is.</summary>
    /// <param name="image">What the crash left.</param>
    /// <param name="effects">How much had been done to the disk.</param>
    /// <param name="damage">What the crash did.</param>
    /// <param name="syncs">Whether the engine is started too, and syncs with the hub as it was.</param>
    public async Task<string?> FindFaultAsync(DiskImage image, int effects, Damage damage, bool syncs)
    {
        CrashDisk disk = _folder.Mount(image);

        // Another one than the world's: what a store draws after a crash is nothing that somebody drew before.
        var entropy = new SeededEntropy(1_000_000 + effects);
        SqliteRecordStore store = _folder.NewStore(disk, time, entropy, keys);
        try
        {
            await store.OpenAsync();
            return disk.Failure?.ToString()
                ?? await FindStoreFaultAsync(store, effects, damage)
                ?? (syncs && HubAt is not null ? await FindSyncFaultAsync(store, HubAt(effects), effects, entropy) : null);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception.ToString();
        }
        finally
        {
            await store.DisposeAsync();
        }
    }

    private async Task<string?> FindStoreFaultAsync(SqliteRecordStore store, int effects, Damage damage)
    {
        IReadOnlyList<string> problems = await store.VerifyIntegrityAsync();
        if (problems.Count > 0)
        {
            return string.Join('\n', problems);
        }

        await using IStoreSnapshot snapshot = await store.ReadAsync();
        (int first, int last) = log.LeftAt(effects, damage);
        if (first < 0)
        {
            // The store was still being made: nothing was promised, and nothing may be there.
            return (await snapshot.ListScopesAsync()).Count == 0 ? null : "A store that was not made yet holds scopes.";
        }

        if (store.RenewalReason is { } reason)
        {
            return $"The store took a new incarnation: {reason}.";
        }

        string state = await StateText.OfAsync(snapshot, log.Areas);
        for (int i = first; i <= last; i++)
        {
            if (string.Equals(log.Commits[i].State, state, StringComparison.Ordinal))
            {
                return null;
            }
        }

        int found = log.Commits.ToList().FindIndex(commit => string.Equals(commit.State, state, StringComparison.Ordinal));
        return found >= 0
            ? $"The state is that of commit {found}; {first} to {last} could be the last one."
            : $"The state is that of no commit. Beside commit {first}:\n{StateText.Difference(log.Commits[first].State, state)}";
    }

    private async Task<string?> FindSyncFaultAsync(
        SqliteRecordStore store, InMemoryRecordStore hubThen, int effects, SeededEntropy entropy)
    {
        InMemoryRecordStore held = hubThen.Clone();
        await held.OpenAsync();
        long counter;
        await using (IStoreSnapshot snapshot = await store.ReadAsync())
        {
            counter = snapshot.Counter;
        }

        ReplicaId self = store.Replica;
        TestHub hub = await TestHub.StartAsync(held, time, options: null);
        foreach (string scope in CrashDevice.Scopes)
        {
            int index = held.Replicas.IndexOf(self);
            long sent = index < 0 ? 0 : (await hub.StateAsync(scope)).Knowledge[index];
            if (sent > counter)
            {
                return $"The hub knows {sent} writes of {scope}, the store has counted {counter}.";
            }
        }

        await using var device = new CrashDevice("ann", new OpenedStore(store), hub.Connect("ann"), time, entropy);
        await WriteProbesAsync(device, effects);
        await device.SyncAsync();
        return await FindDifferenceAsync(device, hub, effects);
    }

    private static async Task WriteProbesAsync(CrashDevice device, int effects)
    {
        foreach (string scope in CrashDevice.Scopes)
        {
            await device.Grades(scope, CrashDevice.Latest).PutAsync(Probe, new Grade { Score = effects });
        }
    }

    private static async Task<string?> FindDifferenceAsync(CrashDevice device, TestHub hub, int effects)
    {
        foreach (string scope in CrashDevice.Scopes)
        {
            ScopeState there = await hub.StateAsync(scope);
            ScopeStatus here = await device.Engine.Scope(scope).GetStatusAsync();
            if (there.Digest != here.Digest || there.LiveCount != here.RecordCount)
            {
                return $"After a sync {scope} is not the same here ({here.RecordCount} records) and at the hub ({there.LiveCount}).";
            }

            StoredRecord? probe = await hub.Store.GetAsync(scope, new RecordKey(CrashDevice.Latest, Probe));
            Record<Grade>? read = await device.Grades(scope, CrashDevice.Latest).GetAsync(Probe);
            if (probe is null || read?.Value.Score != effects)
            {
                return $"A write after the crash did not reach the hub in {scope}.";
            }
        }

        long waiting = (await device.Engine.GetJournalStatusAsync()).PendingCount;
        return waiting == 0 ? null : $"{waiting} operations still wait after a sync.";
    }
}
