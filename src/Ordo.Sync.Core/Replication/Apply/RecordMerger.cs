using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.ConflictFree;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Apply;

/// <summary>Merges the records of a batch one by one: resolves conflicts and applies what changed.</summary>
internal sealed partial class RecordMerger(
    IStoreTransaction transaction, CollectionCatalog catalog, ApplyRules rules, ScopeDraft draft, DateTimeOffset now)
{
    private readonly MeetingLog _meetings = new(draft.Scope, transaction, catalog);
    private readonly IAdmission? _admission = rules.Admission;

    // Records come in runs, of new ones or of changes: what the last of a collection was says which way is worth trying.
    private readonly HashSet<string> _changing = new(StringComparer.Ordinal);

    /// <summary>The records that changed.</summary>
    public int ChangedCount { get; private set; }

    /// <summary>What became of versions, on both sides.</summary>
    public MeetingLog Meetings => _meetings;

    /// <summary>Merges one record that the sender brought.</summary>
    /// <param name="remote">The record.</param>
    /// <param name="mayBring">Whose conflict-free elements may be new, by local index; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Whether the record changed here.</returns>
    public async ValueTask<bool> MergeAsync(
        RemoteRecord remote, Func<int, bool>? mayBring, CancellationToken cancellationToken)
    {
        catalog.RequireLane(draft.Scope, remote.Key.Collection);
        CausalContext known = draft.State.ContextOf(remote.Key);
        StrategyBehavior behavior = catalog.BehaviorOf(remote.Key.Collection);
        Validate(behavior, remote);
        Rejection? rejection = _admission?.CheckVersions(draft.Scope, remote, behavior);
        if (rejection is null && _admission?.ReviewsEverything != true && !_changing.Contains(remote.Key.Collection)
            && IsAllNew(remote, known) && await TryAddAsync(remote, mayBring, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        StoredRecord? local = await transaction.GetAsync(draft.Scope, remote.Key, cancellationToken).ConfigureAwait(false);
        _ = local is null ? _changing.Remove(remote.Key.Collection) : _changing.Add(remote.Key.Collection);
        SiblingPolicy policy = catalog.PolicyOf(remote.Key.Collection);
        if (!MergeRule.TryMerge(local, known, remote, policy, transaction.Replicas, out StoredRecord? merged))
        {
            throw new SyncException(
                SyncErrorCode.Malformed, $"A page names a version of {remote.Key} that is unknown here, without its content.");
        }

        if (ReferenceEquals(merged, local))
        {
            return false;
        }

        if (merged is not null)
        {
            merged = JoinDocuments(local, remote, merged, mayBring);
        }

        RequireSize(merged);
        if (_admission is not null)
        {
            rejection ??= await _admission
                .CheckChangeAsync(draft.Scope, behavior, local, merged, cancellationToken).ConfigureAwait(false);
        }

        if (rejection is not null)
        {
            await RefuseAsync(behavior, local, known, remote, rejection, cancellationToken).ConfigureAwait(false);
            return true;
        }

        await draft.ReplaceAsync(local, merged, cancellationToken).ConfigureAwait(false);
        ChangedCount++;
        _meetings.Note(local, remote, merged);
        await KeepRefusedAsync(local, known, remote, cancellationToken).ConfigureAwait(false);
        return true;
    }

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

            GlobalDot dot = transaction.Replicas.Globalize(version.Dot);
            LoggedOutcome? logged = await OutcomeLog
                .FindAsync(transaction, draft.Scope, dot, cancellationToken).ConfigureAwait(false);
            if (logged?.Entry.Rejection is { } rejection)
            {
                _meetings.NoteRefusal(remote.Key, new RejectedVersion(dot, rejection));
            }
        }
    }

    private static void Validate(StrategyBehavior behavior, RemoteRecord remote)
    {
        foreach (RecordVersion version in remote.Values)
        {
            if (version.IsCarrier)
            {
                continue;
            }

            try
            {
                behavior.Validate(version);
            }
            catch (MessagePack.MessagePackSerializationException exception)
            {
                throw WireFormat.Malformed("page", $"{remote.Key}: {exception.Message}", exception);
            }
        }
    }

    private async ValueTask<bool> TryAddAsync(
        RemoteRecord remote, Func<int, bool>? mayBring, CancellationToken cancellationToken)
    {
        SiblingPolicy policy = catalog.PolicyOf(remote.Key.Collection);
        var record = new StoredRecord(remote.Key, MergeRule.Reduce(remote.Values, policy, transaction.Replicas));
        if (!remote.ConflictFree.IsEmpty)
        {
            record = JoinDocuments(local: null, remote, record, mayBring);
        }

        if (!await draft.TryAddAsync(record, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        ChangedCount++;
        return true;
    }

    private static bool IsAllNew(RemoteRecord remote, CausalContext known)
    {
        if (remote.Values.Length != remote.Dots.Length)
        {
            return false;
        }

        foreach (Dot dot in remote.Dots)
        {
            if (known.Contains(dot))
            {
                return false;
            }
        }

        return true;
    }

    private static void RequireSize(StoredRecord? merged)
    {
        if (merged is { HasSiblings: true } && merged.SizeBytes > ProtocolLimits.RecordBytesMax)
        {
            throw new SyncException(
                SyncErrorCode.TooLarge,
                $"The siblings of {merged.Key} together exceed {ProtocolLimits.RecordBytesMax} bytes.",
                "Resolve the record's conflict first.");
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
                draft.Scope, remote.Key, Seen: null, Superseded: null, default, Stamp(latest, author: string.Empty), Decision: null);
            versions.Add(Annotate(behavior.Write(nothing), notes));
        }

        foreach (RecordVersion version in restated)
        {
            RecordVersion again = CarrierVersions.Restate(
                behavior, version, transaction.Replicas.Globalize(version.Dot), Stamp(latest, version.Author));
            versions.Add(ReferenceEquals(version, restated[0]) ? Annotate(again, notes) : again);
        }

        ReadOnlyMemory<byte> document = local?.ConflictFree ?? default;
        if (refused.Any(version => version.IsCarrier))
        {
            document = TakeBack(local, known, remote);
            versions.RemoveAll(version => version.IsCarrier);
            versions.Add(CarrierVersions.Of(Stamp(latest, author: string.Empty), notes));
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
                if (refused.Version.Replica == transaction.Replica)
                {
                    _meetings.NoteOwnRefusal(remote.Key, refused);
                    await RejectedWrites.KeepAsync(
                        transaction, draft.Scope, local, refused.Version, refused.Rejection, cancellationToken)
                        .ConfigureAwait(false);
                }
            }
        }
    }
}
