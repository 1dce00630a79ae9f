using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.ConflictFree;

namespace Ordo.Sync.Replication.Apply;

/// <content>What comes back under an earlier incarnation, and was put again under a new one.</content>
internal sealed partial class RecordMerger
{
    private RestatedWrites? _restated;

    // An edit like any other, under a carrier that takes the place of all: whoever holds the old elements follows. A hub towards devices
    // has none of its own among what they bring.
    private async ValueTask<StoredRecord> RetractAsync(
        RemoteRecord remote, StoredRecord merged, CausalContext known, CancellationToken cancellationToken)
    {
        if (!rules.NotesSpread || remote.ConflictFree.IsEmpty || merged.ConflictFree.IsEmpty)
        {
            return merged;
        }

        _restated ??= await RestatedWrites.ReadAsync(transaction, draft.Scope, cancellationToken).ConfigureAwait(false);
        if (_restated.Incarnations.IsEmpty)
        {
            return merged;
        }

        IReadOnlyList<RestatedWrites.Incarnation> repeated = _restated.Find(
        [
            .. remote.Values.Where(version => version.IsCarrier && !known.Contains(version.Dot))
                .Select(version => (transaction.Replicas.Globalize(version.Dot), version.Timestamp)),
        ]);
        if (repeated.Count == 0)
        {
            return merged;
        }

        RecordVersion carrier = CarrierVersions.Of(Stamp(Latest(merged.Versions, default), author: string.Empty));
        CrdtDocument document = StoredDocument.Decode(merged.ConflictFree);
        document.Retract(
            new TransactionDots(transaction, draft),
            dot => repeated.Any(incarnation => incarnation.Covers(dot)) && !IsKnown(known, dot));
        await transaction.AppendJournalAsync(
            new JournalEntry(draft.Scope, remote.Key, carrier.Dot, carrier.Timestamp, OperationKind.Restamp), cancellationToken)
            .ConfigureAwait(false);
        ImmutableArray<RecordVersion> versions = merged.Versions.RemoveAll(static version => version.IsCarrier).Add(carrier);
        return merged with
        {
            Versions = SiblingOrder.Sort(versions, transaction.Replicas),
            ConflictFree = StoredDocument.Encode(document),
        };
    }

    // What was here before does not come back: another store has written it under the same name, and it counts.
    private bool IsKnown(CausalContext known, GlobalDot dot) =>
        transaction.Replicas.IndexOf(dot.Replica) is >= 0 and var index && known.Contains(new Dot(index, dot.Counter));
}
