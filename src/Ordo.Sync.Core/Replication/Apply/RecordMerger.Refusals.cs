using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.ConflictFree;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Replication.Apply;

/// <content>Refusals: written by a hub, told again, and kept by the device whose writes they are of.</content>
internal sealed partial class RecordMerger
{
    private IReadOnlyList<ReplicaId>? _own;

    /// <summary>
    /// Tells refusals again to who sends the refused versions again: it did not hear the answer, and their content, which stands
    /// there still, may be gone by its next pull.
    /// </summary>
    /// <param name="remote">The record.</param>
    /// <param name="isSenders">Whether a version is the sender's own.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async ValueTask RepeatRefusalsAsync(
        RemoteRecord remote, Func<Dot, bool> isSenders, CancellationToken cancellationToken)
    {
        if (_admission is null)
        {
            return;
        }

        CausalContext known = draft.State.ContextOf(remote.Key);
        foreach (RecordVersion version in remote.Values)
        {
            if (!known.Contains(version.Dot) || !isSenders(version.Dot))
            {
                continue;
            }

            // Asked once: a page sent again must not cost a look-up a record where nothing was ever refused.
            if (!(_hasLogged ??= await OutcomeLog
                .HasAnyAsync(transaction, draft.Scope, cancellationToken).ConfigureAwait(false)))
            {
                return;
            }

            GlobalDot dot = transaction.Replicas.Globalize(version.Dot);
            LoggedOutcome? logged = await OutcomeLog
                .FindAsync(transaction, draft.Scope, dot, cancellationToken).ConfigureAwait(false);
            if (logged?.Entry.Rejection is { } rejection)
            {
                _meetings.NoteRefusal(remote.Key, new RejectedVersion(dot, rejection));
            }
        }
    }

    // A refusal is a version too, else the knowledge that this batch brings would have a hole: what the sender superseded is
    // stated again under new dots, a tombstone where nothing was held, and the first of them says what was refused and why.
    private async ValueTask RefuseAsync(
        StrategyBehavior behavior,
        StoredRecord? local,
        CausalContext known,
        RemoteRecord remote,
        Rejection rejection,
        CancellationToken cancellationToken)
    {
        ImmutableArray<RecordVersion> refused = remote.Values.RemoveAll(version => known.Contains(version.Dot));
        ImmutableArray<RecordVersion> held = local?.Versions ?? [];
        bool IsDropped(RecordVersion version) =>
            !remote.Dots.Contains(version.Dot) && remote.Context.Contains(version.Dot);
        ImmutableArray<RecordVersion> restated = held.RemoveAll(version => !IsDropped(version));
        bool isContent = refused.Any(version => !version.IsCarrier);
        if (restated.IsEmpty && isContent)
        {
            restated = held.IsEmpty || held.All(version => version.IsCarrier)
                ? []
                : [held.Last(version => !version.IsCarrier)];
        }

        ImmutableArray<RejectedVersion> notes =
            [.. refused.Select(version => new RejectedVersion(transaction.Replicas.Globalize(version.Dot), rejection))];
        HybridTimestamp latest = Latest(held, Latest(refused, default));
        var versions = held.RemoveRange(restated).ToBuilder();
        if (restated.IsEmpty && isContent)
        {
            var nothing = new VersionDraft(
                draft.Scope, remote.Key, Seen: null, Superseded: null, default, StampNext(ref latest, author: string.Empty), Decision: null);
            versions.Add(Annotate(behavior.Write(nothing), notes));
        }

        foreach (RecordVersion version in restated)
        {
            RecordVersion again = CarrierVersions.Restate(
                behavior, version, transaction.Replicas.Globalize(version.Dot), StampNext(ref latest, version.Author));
            versions.Add(ReferenceEquals(version, restated[0]) ? Annotate(again, notes) : again);
        }

        ReadOnlyMemory<byte> document = local?.ConflictFree ?? default;
        if (refused.Any(version => version.IsCarrier))
        {
            document = TakeBack(local, known, remote);
            versions.RemoveAll(version => version.IsCarrier);
            versions.Add(CarrierVersions.Of(StampNext(ref latest, author: string.Empty), notes));
        }

        var answer = new StoredRecord(remote.Key, SiblingOrder.Sort(versions, transaction.Replicas))
        {
            ConflictFree = document,
        };
        await draft.ReplaceAsync(local, answer, cancellationToken).ConfigureAwait(false);
        ChangedCount++;
        foreach (RejectedVersion note in notes)
        {
            _meetings.NoteRefusal(remote.Key, note);
        }
    }

    private static RecordVersion Annotate(RecordVersion version, ImmutableArray<RejectedVersion> notes)
    {
        VersionNotes annotated = VersionNotes.Decode(version.Annotations) with { Rejected = notes };
        return new RecordVersion(version.Dot, version.Timestamp, version.Author, version.Payload, annotated.Encode());
    }

    // Behind what was refused and not at this moment: who dropped an edit because the refused one was greater must find this one
    // greater too, else it would hold neither; but an edit that the refused one would not have beaten is not beaten by its refusal.
    private WriteStamp StampNext(ref HybridTimestamp latest, string author)
    {
        latest = latest.Next();
        Dot dot = transaction.NextDots();
        transaction.AdvanceClock(latest);
        draft.Issue(dot);
        return new WriteStamp(dot, transaction.Replicas.Globalize(dot), latest, author);
    }

    private WriteStamp Stamp(HybridTimestamp latest, string author)
    {
        Dot dot = transaction.NextDots();
        HybridTimestamp timestamp = HybridLogicalClock.Tick(transaction.Clock, now, latest);
        transaction.AdvanceClock(timestamp);
        draft.Issue(dot);
        return new WriteStamp(dot, transaction.Replicas.Globalize(dot), timestamp, author);
    }

    private static HybridTimestamp Latest(ImmutableArray<RecordVersion> versions, HybridTimestamp latest)
    {
        foreach (RecordVersion version in versions)
        {
            latest = version.Timestamp > latest ? version.Timestamp : latest;
        }

        return latest;
    }

    // The sender's versions say which of this replica's own it refused: their content goes to the inbox before it is gone.
    private async ValueTask KeepRefusedAsync(
        StoredRecord? local, CausalContext known, RemoteRecord remote, CancellationToken cancellationToken)
    {
        foreach (RecordVersion version in remote.Values)
        {
            if (version.Annotations.IsEmpty || known.Contains(version.Dot))
            {
                continue;
            }

            foreach (RejectedVersion refused in VersionNotes.Decode(version.Annotations).Rejected)
            {
                if (await IsOwnAsync(refused.Version.Replica, cancellationToken).ConfigureAwait(false))
                {
                    _meetings.NoteOwnRefusal(remote.Key, refused);
                    await RejectedWrites.KeepAsync(
                        transaction, draft.Scope, local, refused.Version, refused.Rejection, cancellationToken)
                        .ConfigureAwait(false);
                }
            }
        }
    }

    // What an earlier incarnation wrote is this store's own too.
    private async ValueTask<bool> IsOwnAsync(ReplicaId replica, CancellationToken cancellationToken) =>
        (_own ??= await Incarnations.ListAsync(transaction, cancellationToken).ConfigureAwait(false)).Contains(replica);
}
