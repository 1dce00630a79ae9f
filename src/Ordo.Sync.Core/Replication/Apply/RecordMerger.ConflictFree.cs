using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.ConflictFree;

namespace Ordo.Sync.Replication.Apply;

// What a merge does to the records' conflict-free state.
internal sealed partial class RecordMerger
{
    // Each replica that changed a record without knowing of the others leaves a carrier: a class of a thousand that counts
    // itself offline leaves a thousand. More than these are one page's, and a message takes 1,024 siblings at most.
    private const int CarriersMax = 32;

    private DocumentMerger? _merger;

    /// <summary>The latest timestamp of a register in what was merged so far.</summary>
    public HybridTimestamp LatestRegister { get; private set; }

    /// <summary>A record of which a peer that sent everything sent nothing: only what the peer does not know is left.</summary>
    public StoredRecord Forget(StoredRecord record, ImmutableArray<RecordVersion> kept, VersionVector senderKnows)
    {
        StoredRecord left = record with { Versions = kept };
        return record.ConflictFree.IsEmpty || left.Versions.Length == record.Versions.Length
            ? left
            : left with
            {
                ConflictFree = MergerOf(mayBring: null).Forget(
                    record.ConflictFree, draft.KnownOf(record.Key), new CausalContext(senderKnows)),
            };
    }

    private StoredRecord JoinDocuments(
        StoredRecord? local, RemoteRecord remote, StoredRecord merged, Func<int, bool>? mayBring)
    {
        if (remote.ConflictFree.IsEmpty && (local is null || local.ConflictFree.IsEmpty))
        {
            return merged;
        }

        merged = merged with { ConflictFree = JoinDocument(local, remote, merged.Versions, mayBring) };
        return rules.GathersCarriers ? GatherCarriers(merged) : merged;
    }

    private StoredRecord MakeNew(RemoteRecord remote, ImmutableArray<RecordVersion> versions, Func<int, bool>? mayBring)
    {
        if (remote.ConflictFree.IsEmpty)
        {
            return new StoredRecord(remote.Key, versions);
        }

        var record = new StoredRecord(remote.Key, versions)
        {
            ConflictFree = JoinDocument(local: null, remote, versions, mayBring),
        };
        return rules.GathersCarriers ? GatherCarriers(record) : record;
    }

    private ReadOnlyMemory<byte> JoinDocument(
        StoredRecord? local, RemoteRecord remote, ImmutableArray<RecordVersion> merged, Func<int, bool>? mayBring)
    {
        DocumentMerger merger = MergerOf(mayBring);
        ReadOnlyMemory<byte> joined = merger.Join(local, draft.KnownOf(remote.Key), remote, merged);
        LatestRegister = merger.Latest > LatestRegister ? merger.Latest : LatestRegister;
        return joined;
    }

    private StoredRecord GatherCarriers(StoredRecord record)
    {
        if (record.Versions.Length <= CarriersMax || record.Carriers is not { Length: > CarriersMax } carriers)
        {
            return record;
        }

        RecordVersion one = CarrierVersions.Of(Stamp(Latest(carriers, default), author: string.Empty));
        ImmutableArray<RecordVersion> rest = record.Versions.RemoveAll(static version => version.IsCarrier);
        return record with { Versions = SiblingOrder.Sort(rest.Add(one), transaction.Replicas) };
    }

    // What a refused change removed is here still, but its writer knows those dots as removed: they are issued again.
    private ReadOnlyMemory<byte> TakeBack(StoredRecord? local, CausalContext known, RemoteRecord remote)
    {
        if (local is null || local.ConflictFree.IsEmpty)
        {
            return default;
        }

        CrdtDocument document = StoredDocument.Decode(local.ConflictFree);
        CrdtDocument changed = StoredDocument.Decode(
            MergerOf(mayBring: null).Join(local, known, remote, local.Versions));
        var left = new HashSet<GlobalDot>();
        var dots = new TransactionDots(transaction, draft);
        changed.Rename(dots, dot => left.Add(dot) && false, timestamp: null);
        document.Rename(dots, dot => !left.Contains(dot), timestamp: null);
        return StoredDocument.Encode(document);
    }

    // One serves a whole page: nothing that it holds changes while records are merged.
    private DocumentMerger MergerOf(Func<int, bool>? mayBring) =>
        _merger?.Serves(transaction.Replicas, draft.State.Forgotten, mayBring) == true
            ? _merger
            : _merger = new DocumentMerger(transaction.Replicas, draft.State.Forgotten, mayBring);
}
