using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Apply;

/// <summary>Merges the records of a batch one by one: resolves conflicts and applies what changed.</summary>
internal sealed class RecordMerger(
    IStoreTransaction transaction, CollectionCatalog catalog, IAdmission? admission, ScopeDraft draft, DateTimeOffset now)
{
    private readonly MeetingLog _meetings = new(draft.Scope, transaction, catalog);

    /// <summary>The records that changed.</summary>
    public int ChangedCount { get; private set; }

    /// <summary>What became of versions, on both sides.</summary>
    public MeetingLog Meetings => _meetings;

    /// <summary>Merges one record that the sender brought.</summary>
    /// <returns>Whether the record changed here.</returns>
    public async ValueTask<bool> MergeAsync(RemoteRecord remote, CancellationToken cancellationToken)
    {
        catalog.RequireLane(draft.Scope, remote.Key.Collection);
        CausalContext known = draft.State.ContextOf(remote.Key);
        StrategyBehavior behavior = catalog.BehaviorOf(remote.Key.Collection);
        Validate(behavior, remote);
        Rejection? rejection = admission?.CheckVersions(draft.Scope, remote, behavior);
        if (rejection is null && admission?.ReviewsEverything != true && IsAllNew(remote, known)
            && await TryAddAsync(remote, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        StoredRecord? local = await transaction.GetAsync(draft.Scope, remote.Key, cancellationToken).ConfigureAwait(false);
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

        RequireSize(merged);
        if (admission is not null)
        {
            rejection ??= await admission
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

    private static void Validate(StrategyBehavior behavior, RemoteRecord remote)
    {
        foreach (RecordVersion version in remote.Values)
        {
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

    private async ValueTask<bool> TryAddAsync(RemoteRecord remote, CancellationToken cancellationToken)
    {
        SiblingPolicy policy = catalog.PolicyOf(remote.Key.Collection);
        var record = new StoredRecord(remote.Key, MergeRule.Reduce(remote.Values, policy, transaction.Replicas))
        {
            ConflictFree = remote.ConflictFree,
        };
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
        if (restated.IsEmpty)
        {
            restated = held.IsEmpty ? [] : [held[^1]];
        }

        ImmutableArray<RejectedVersion> notes =
            [.. refused.Select(version => new RejectedVersion(transaction.Replicas.Globalize(version.Dot), rejection))];
        HybridTimestamp latest = Latest(held, Latest(refused, default));
        var versions = held.RemoveRange(restated).ToBuilder();
        if (restated.IsEmpty)
        {
            var nothing = new VersionDraft(
                draft.Scope, remote.Key, Seen: null, Superseded: null, default, Stamp(latest, author: string.Empty), Decision: null);
            versions.Add(Annotate(behavior.Write(nothing), notes));
        }

        foreach (RecordVersion version in restated)
        {
            RecordVersion again = behavior.Restate(
                version, transaction.Replicas.Globalize(version.Dot), Stamp(latest, version.Author));
            versions.Add(ReferenceEquals(version, restated[0]) ? Annotate(again, notes) : again);
        }

        var answer = new StoredRecord(remote.Key, SiblingOrder.Sort(versions, transaction.Replicas))
        {
            ConflictFree = local?.ConflictFree ?? default,
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
