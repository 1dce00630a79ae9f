using System.Text;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Core.Tests.Engine;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Errors;
using Ordo.Sync.Fuzz.Tests.Corpora;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Replication.Bundles;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Storage.Identity;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>
/// Entries that are found by listing an area: their names are read as well as their values, and a disk may have damaged either. Each is
/// put in the place of a sound one, committed, and read as its readers do.
/// </summary>
internal sealed class CommittedEntryTargets(InMemoryRecordStore store)
{
    private const string Scope = Device.ScopeName;
    private const int ListedMax = 10;

    private static readonly ReplicaId Peer = new(new UInt128(5, 6));
    private static readonly RecordKey Key = new("notes", "k");
    private static readonly BlobId Blob = new(Storage.Blobs.ContentHash.Of("map"u8));
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public static IEnumerable<FuzzTarget> All(Sample sample)
    {
        var targets = new CommittedEntryTargets(sample.Late.Device);
        return [.. targets.OfReplicas(), .. targets.OfRecords(), .. targets.OfBlobs(), Transfer(), TransferName()];
    }

    private IEnumerable<FuzzTarget> OfReplicas()
    {
        yield return Named(
            "incarnation", Incarnations.Area,
            Within(async to => await Incarnations.RenewAsync(to, EntropySource.System)),
            Reading(async from => await Incarnations.ListAsync(from)));
        yield return Named(
            "peer", ScopeDeparture.PeersArea,
            Within(to => to.SetLocalAsync(ScopeDeparture.PeersArea, Peer.ToString(), ReadOnlyMemory<byte>.Empty)),
            Within(from => ScopeDeparture.ForgetPeersAsync(from, Scope, default)));
        string subscribers = $"subscribers/{Scope}";
        Func<InMemoryRecordStore, Task> list = Reading(async from => await SubscriberLedger.ListAsync(from, Scope));
        yield return Named("subscriber", subscribers, SubscribeAsync, list);
        yield return Valued("subscriber", subscribers, SubscribeAsync, list);
        yield return Named(
            "staged", "staged",
            Within(to => StagedTransfers.NoteAsync(to, Scope, Peer, Now)),
            async from => await StagedTransfers.SweepAsync(from, Now.AddDays(1)));
    }

    private IEnumerable<FuzzTarget> OfRecords()
    {
        yield return Named(
            "conflict", $"conflicts/{Scope}",
            Within(to => ConflictIndex.SetAsync(to, Scope, Key, isWaiting: true)),
            Reading(async from => await ConflictIndex.ListAsync(from, Scope, after: null, ListedMax)));
        yield return Valued(
            "collection", "collections", static _ => Task.CompletedTask, async from => await CollectionCatalog.LoadAsync(from));
        yield return Named(
            "forgetting", $"forgetting/{Scope}",
            Within(to => to.SetLocalAsync($"forgetting/{Scope}", Key.ToString(), ReadOnlyMemory<byte>.Empty)),
            async from => await TombstoneCollector.CollectAsync(from, await CollectionCatalog.LoadAsync(from), Scope, Now));
        OutcomeEntry[] outcomes =
        [
            new(new GlobalDot(Peer, 4), Key, WriteOutcome.Rejected) { Rejection = new Rejection(SyncErrorCode.Forbidden, "no") },
        ];
        yield return Valued(
            "outcome", $"outcomes/{Scope}",
            Within(to => OutcomeLog.AddAsync(to, Scope, outcomes, Now)),
            Reading(async from => await OutcomeLog.ListAsync(from, Scope, after: null, ListedMax)));
        yield return Valued(
            "outcome-count", "outcome-counts",
            Within(to => OutcomeLog.AddAsync(to, Scope, outcomes, Now)),
            Within(from => OutcomeLog.AddAsync(from, Scope, outcomes, Now)));
        var end = new BundleScopeEnd(Scope, 2, 40, new byte[32], [], []);
        yield return Named(
            "bundle", "bundles",
            Within(to => BundleInbox.PutEndAsync(to, new UInt128(3, 4), Scope, end, default)),
            Reading(async from => await BundleInbox.ListAsync(from, default)));
        yield return Valued(
            "bundle-end", $"bundle/{new UInt128(3, 4):x32}/{Scope}",
            Within(to => BundleInbox.PutEndAsync(to, new UInt128(3, 4), Scope, end, default)),
            Reading(async from => await BundleInbox.ReadEndAsync(from, new UInt128(3, 4), Scope, default)));
    }

    private IEnumerable<FuzzTarget> OfBlobs()
    {
        yield return Named(
            "blob-reference", BlobEntries.References,
            Within(to => to.SetLocalAsync(
                BlobEntries.References, $"{Blob}/{BlobReferenceEntries.NameOf(Scope, Key)}", BlobEntries.Numbers(77))),
            ReadReferencesAsync);
        yield return Named(
            "blob-wanted", BlobEntries.Wanted,
            async to => await new WantedBlobs(to).AddAsync(Blob, Scope, default),
            async from => await new WantedBlobs(from).ListAsync(Scope, default));
    }

    // A transfer is remembered by its name and a few numbers.
    private static FuzzTarget Transfer() => Of(
        "transfer", TransferQueue.Encode(Waiting()).ToArray(),
        static bytes => TransferQueue.Decode(new LocalEntry(TransferQueue.KeyOf(Waiting()), bytes)));

    private static FuzzTarget TransferName() => Of(
        "transfer-name", Encoding.UTF8.GetBytes(TransferQueue.KeyOf(Waiting())),
        static bytes => TransferQueue.Decode(new LocalEntry(Encoding.UTF8.GetString(bytes), TransferQueue.Encode(Waiting()))));

    private static BlobTransfer Waiting() => new(BlobDirection.Download, Scope, Blob)
    {
        QueuedAt = Now,
        FailureCount = 3,
        NextAttemptAt = Now.AddMinutes(1),
        ErrorCode = SyncErrorCode.Unreachable,
        Error = "gone",
    };

    private static async Task SubscribeAsync(InMemoryRecordStore to)
    {
        var ledger = new SubscriberLedger(to, TestHub.NewClock());
        ledger.Note(Scope, Peer, GlobalVector.Of([new GlobalDot(Peer, 40)]));
        await ledger.FlushAsync();
    }

    private static async Task ReadReferencesAsync(InMemoryRecordStore from)
    {
        using var index = new BlobReferenceIndex(from);
        await index.ListAsync(after: null);
        await index.FindAsync(Blob);
        await index.IsReferencedAsync(Blob, Scope);
    }

    // The entry's value is kept and its name is what is changed.
    private FuzzTarget Named(string name, string area, Func<InMemoryRecordStore, Task> write, Func<InMemoryRecordStore, Task> read)
    {
        (InMemoryRecordStore with, LocalEntry sound) = Prepare(area, write);
        return Of($"entry-{name}-name", Encoding.UTF8.GetBytes(sound.Key), bytes => Replace(
            with, area, sound.Key, new LocalEntry(Encoding.UTF8.GetString(bytes), sound.Value), read));
    }

    private FuzzTarget Valued(string name, string area, Func<InMemoryRecordStore, Task> write, Func<InMemoryRecordStore, Task> read)
    {
        (InMemoryRecordStore with, LocalEntry sound) = Prepare(area, write);
        return Of($"entry-{name}", sound.Value.ToArray(), bytes => Replace(with, area, sound.Key, sound with { Value = bytes }, read));
    }

    private static FuzzTarget Of(string name, byte[] seed, Action<byte[]> decode) => new(name, [seed], decode)
    {
        IsRefusal = static exception => exception is SyncException { Code: SyncErrorCode.StoreCorrupt },
    };

    private (InMemoryRecordStore With, LocalEntry Sound) Prepare(string area, Func<InMemoryRecordStore, Task> write)
    {
        InMemoryRecordStore with = store.Clone();
        LocalEntry sound = default;
        FindAsync().GetAwaiter().GetResult();
        return (with, sound);

        async Task FindAsync()
        {
            await with.OpenAsync();
            await write(with);
            await using IStoreSnapshot snapshot = await with.ReadAsync();
            sound = (await snapshot.ListLocalAsync(area, afterKey: null, countMax: 1))[0];
        }
    }

    private static void Replace(
        InMemoryRecordStore with, string area, string former, LocalEntry entry, Func<InMemoryRecordStore, Task> read)
    {
        ReplaceAsync().GetAwaiter().GetResult();

        async Task ReplaceAsync()
        {
            InMemoryRecordStore damaged = with.Clone();
            await damaged.OpenAsync();
            await Within(async to =>
            {
                await to.RemoveLocalAsync(area, former);
                await to.SetLocalAsync(area, entry.Key, entry.Value);
            })(damaged);
            await read(damaged);
        }
    }

    private static Func<InMemoryRecordStore, Task> Within(Func<IStoreTransaction, ValueTask> work) => async store =>
    {
        await using IStoreTransaction transaction = await store.BeginAsync();
        await work(transaction);
        await transaction.CommitAsync(Durability.Normal);
    };

    private static Func<InMemoryRecordStore, Task> Reading(Func<IStoreSnapshot, ValueTask> work) => async store =>
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        await work(snapshot);
    };
}
