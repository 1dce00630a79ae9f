using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Errors;
using Ordo.Sync.Fuzz.Tests.Corpora;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>
/// What a store notes for itself beside its records: how far transfers have come, what peers know, leases, marks, generations, outcomes.
/// A disk may have damaged it; whoever reads it says so.
/// </summary>
internal sealed class LocalEntryTargets
{
    private const string Scope = Device.ScopeName;
    private const int SeenMax = 10;

    private static readonly ReplicaId Peer = new(new UInt128(5, 6));
    private static readonly ReplicaId Former = new(new UInt128(7, 8));
    private static readonly ReplicaId Generation = new(new UInt128(9, 10));
    private static readonly RecordKey Key = new("notes", "k");

    private readonly InMemoryRecordStore _store;
    private readonly GlobalVector _vector;

    private LocalEntryTargets(Sample sample)
    {
        _store = sample.Late.Device;
        _vector = GlobalVector.Of([new GlobalDot(Peer, 40), new GlobalDot(Former, 1L << 40)]);
    }

    public static IEnumerable<FuzzTarget> All(Sample sample)
    {
        var targets = new LocalEntryTargets(sample);
        return [.. targets.OfSessions(), .. targets.OfPeers(), .. Values()];
    }

    private IEnumerable<FuzzTarget> OfSessions()
    {
        var ledger = new SessionLedger(Peer);
        var cursor = new TransferCursor(_vector, new GlobalDot(Peer, 3), Peer, _vector, IsComplete: true, Stage: 2);
        yield return Of(
            "local-peer", $"peer/{Peer}", Scope,
            to => ledger.WritePeerAsync(to, Scope, _vector, default),
            async from => await ledger.ReadPeerAsync(from, Scope, default));
        yield return Of(
            "local-pull", $"pull/{Peer}", Scope,
            to => ledger.WritePullAsync(to, Scope, new PullProgress(7, 2, _vector, cursor), default),
            async from => await ledger.ReadPullAsync(from, Scope, default));
        yield return Of(
            "local-fill", $"fill/{Peer}", Scope,
            to => ledger.WriteFillAsync(to, Scope, new FillProgress(Key, _vector, _vector, IsReceived: false), default),
            async from => await ledger.ReadFillAsync(from, Scope, default));
        LocalEntryName head = PageInbox.HeadOf(Scope, Peer, TransferDirection.Push);
        yield return Of(
            "local-inbox", head.Area, head.Key,
            async to => await PageInbox.TryStageAsync(to, Scope, Peer, TransferDirection.Push, 7, 0, new byte[9], 1_000),
            async from => await PageInbox.TryOpenAsync(from, Scope, Peer, TransferDirection.Push, 7, 1, default));
    }

    private IEnumerable<FuzzTarget> OfPeers()
    {
        SpreadMark mark = SpreadMark.None.Push(Peer, 9, HybridTimestamp.FromUnixMilliseconds(1_000_000));
        yield return Of(
            "local-spread", "spread", Scope,
            to => mark.WriteAsync(to, Scope, default),
            async from => _ = (await SpreadMark.ReadAsync(from, Scope, default)).Push(Peer, 10, default).Latest);
        yield return Of(
            "local-lease", $"lease-proposals/{_store.Replica}", Scope,
            to => new LeaseChain(Peer, 0, [(Peer, 77), (Former, 78)]).WriteAsync(to, Scope, default),
            async from => _ = (await LeaseChain.ReadAsync(from, Peer, Scope, default)).IsFull);
        yield return Of(
            "local-generation", $"generations/{Scope}", Generation.ToString(),
            async to =>
            {
                await GenerationLedger.WriteCurrentAsync(to, Scope, Generation, default);
                await GenerationLedger.KeepAsync(
                    to, Scope, new ScopeGeneration(Generation, default, _vector) { Known = _vector, Forgotten = _vector }, default);
            },
            async from => await GenerationLedger.ReadAfterAsync(from, Scope, default, default));
        yield return Of(
            "local-partial-push", "partial-pushes", Scope,
            to => PartialPush.AnswerAsync(
                to, Scope, GlobalVector.Empty, GlobalVector.Of([new GlobalDot(to.Replica, 5)]), GlobalVector.Empty, default),
            async from => (await PartialPush.ReadAsync(from, Scope, default))?.Without(_vector));
        yield return Of(
            "local-restated", "restated-writes", Scope,
            async to =>
            {
                Dot last = to.NextDots();
                await to.AppendJournalAsync(new JournalEntry(Scope, Key, last, default, OperationKind.Put));
                await RestatedWrites.NoteAsync(to, Scope, last, floor: 0, default);
            },
            async from => (await RestatedWrites.ReadAsync(from, Scope, default)).Find([(new GlobalDot(Peer, 4), default)]));
        yield return Of(
            "local-clock", "clock", "offset",
            to => KeptClockOffset.WriteAsync(to, TimeSpan.FromMinutes(7), default),
            from => KeptClockOffset.ReadAsync(from, default).AsTask());
        yield return Of(
            "local-acknowledged", "acknowledged", Scope,
            async to => await OutcomeLog.AcknowledgeAsync(to, Scope, new GlobalDot(Peer, 4_000), default),
            async from => await OutcomeLog.ReadAcknowledgedAsync(from, Scope));
        var version = new GlobalDot(Peer, 4);
        yield return Of(
            "local-rejected", $"rejected/{Scope}", $"{Key.Collection}/{Key.Key}/{version}",
            to => RejectedWrites.AddAsync(to, Scope, new RejectedWrite(
                new HistoryEntry(Key, version, default, "ann", new byte[] { 0x80 }, default),
                new Rejection(SyncErrorCode.Forbidden, "no"))),
            async from => await RejectedWrites.ListAsync(from, Scope, after: null, SeenMax));
    }

    private static IEnumerable<FuzzTarget> Values()
    {
        yield return Stored("local-blob", [new BlobAttachment(5, 1L << 40, 0).Encode()], static bytes => BlobAttachment.Decode(bytes));
        yield return Stored(
            "local-recollection", [new BlobRecollection(true, 1L << 40, 7).Encode()], static bytes => BlobRecollection.Decode(bytes));
        yield return Stored(
            "local-reading",
            [BlobReferenceEntries.Encode(VersionVector.Of(new Dot(1, 7), new Dot(2, 1L << 40)))],
            static bytes => BlobReferenceEntries.Decode(bytes));
    }

    private static FuzzTarget Stored(string name, byte[][] seeds, Action<byte[]> decode) => new(name, seeds, decode)
    {
        IsRefusal = static exception => exception is SyncException { Code: SyncErrorCode.StoreCorrupt },
    };

    // The entry as it is written is what inputs begin with; each is put in its place and read, and nothing is committed.
    private FuzzTarget Of(
        string name, string area, string key, Func<IStoreTransaction, ValueTask> write, Func<IStoreTransaction, Task> read)
    {
        byte[] seed = [];
        WithAsync(async transaction =>
        {
            await write(transaction);
            seed = (await transaction.GetLocalAsync(area, key))!.Value.ToArray();
        }).GetAwaiter().GetResult();
        return Stored(name, [seed], bytes => WithAsync(async transaction =>
        {
            await write(transaction);
            await transaction.SetLocalAsync(area, key, bytes);
            await read(transaction);
        }).GetAwaiter().GetResult());
    }

    private async Task WithAsync(Func<IStoreTransaction, Task> work)
    {
        InMemoryRecordStore store = _store.Clone();
        await store.OpenAsync();
        await using IStoreTransaction transaction = await store.BeginAsync();
        await work(transaction);
    }
}
