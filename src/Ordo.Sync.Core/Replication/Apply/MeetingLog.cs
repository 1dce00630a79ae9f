using System.Collections.Immutable;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Apply;

/// <summary>Collects what became of the versions that met while a batch was applied.</summary>
internal sealed class MeetingLog(string scope, IStoreTransaction transaction, CollectionCatalog catalog)
{
    private readonly ImmutableArray<OutcomeEntry>.Builder _arrived = ImmutableArray.CreateBuilder<OutcomeEntry>();
    private readonly ImmutableArray<OutcomeEntry>.Builder _here = ImmutableArray.CreateBuilder<OutcomeEntry>();

    /// <summary>What became of versions that arrived.</summary>
    public ImmutableArray<OutcomeEntry> Arrived => _arrived.ToImmutable();

    /// <summary>What became of versions that were here.</summary>
    public ImmutableArray<OutcomeEntry> Here => _here.ToImmutable();

    /// <summary>Notes a version that was refused here.</summary>
    public void NoteRefusal(RecordKey key, RejectedVersion refused)
    {
        if (_arrived.Count < ProtocolLimits.PageRecordsMax)
        {
            _arrived.Add(EntryOf(key, refused));
        }
    }

    /// <summary>Notes a version of this replica that the sender refused.</summary>
    public void NoteOwnRefusal(RecordKey key, RejectedVersion refused) => _here.Add(EntryOf(key, refused));

    /// <summary>
    /// Notes who met: a version that was here, unknown to the sender or standing beside others there, and one from there that
    /// was unknown here. Also where last write wins keeps only one of them.
    /// </summary>
    public void Note(StoredRecord? local, RemoteRecord remote, StoredRecord? merged)
    {
        if (local is null || merged is null || SystemCollections.Contains(merged.Key.Collection)
            || _arrived.Count >= ProtocolLimits.PageRecordsMax)
        {
            return;
        }

        ImmutableArray<RecordVersion> fresh = remote.Values.RemoveAll(
            version => version.IsCarrier || local.Holds(version.Dot));
        bool hasMet = false;
        foreach (RecordVersion version in local.Content?.Versions ?? [])
        {
            bool isHeldThere = remote.Dots.Contains(version.Dot);
            bool isUnknownThere = !isHeldThere && !remote.Context.Contains(version.Dot);
            if (isUnknownThere || (isHeldThere && !fresh.IsEmpty))
            {
                hasMet |= isUnknownThere;
                NoteHere(version, merged);
            }
        }

        if (!hasMet)
        {
            return;
        }

        WriteOutcome outcome = OutcomeOf(merged);
        foreach (RecordVersion version in fresh)
        {
            _arrived.Add(new OutcomeEntry(transaction.Replicas.Globalize(version.Dot), remote.Key, outcome));
        }
    }

    private void NoteHere(RecordVersion version, StoredRecord merged)
    {
        var dot = transaction.Replicas.Globalize(version.Dot);
        if (dot.Replica == transaction.Replica)
        {
            _here.Add(new OutcomeEntry(dot, merged.Key, OutcomeOf(merged)));
        }
    }

    private WriteOutcome OutcomeOf(StoredRecord merged)
    {
        RecordState state = catalog.BehaviorOf(merged.Key.Collection).View(scope, merged).State;
        return catalog.StrategyOf(merged.Key.Collection) == ConflictStrategy.Custom ? WriteOutcome.Merged : state switch
        {
            RecordState.AwaitingApproval => WriteOutcome.AwaitingApproval,
            RecordState.Conflicted => WriteOutcome.Conflict,
            _ => WriteOutcome.Merged,
        };
    }

    private static OutcomeEntry EntryOf(RecordKey key, RejectedVersion refused) =>
        new(refused.Version, key, WriteOutcome.Rejected) { Rejection = refused.Rejection };
}
