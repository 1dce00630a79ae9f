using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Errors;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Replication.Reconciliation;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Verification;

/// <summary>
/// Heals single records inside a transaction of its caller. None of it takes content away that only this side has: it stays as a
/// sibling, in a version of its own, or in the inbox.
/// </summary>
internal sealed class RecordHealer(
    IStoreTransaction transaction, CollectionCatalog catalog, ScopeDraft draft, DateTimeOffset now)
{
    private readonly RecordMerger _merger = new(transaction, catalog, ApplyRules.Trusting, draft, now);

    /// <summary>Puts the peer's record in place of the one here; edits that the peer does not know stay beside it.</summary>
    /// <param name="key">The record.</param>
    /// <param name="remote">The peer's; <see langword="null"/> where it holds none.</param>
    /// <param name="peerKnows">What the peer knows.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async ValueTask<VerifyRemedy> AdoptAsync(
        RecordKey key, RemoteRecord? remote, VersionVector peerKnows, CancellationToken cancellationToken)
    {
        (StoredRecord? local, bool isReadable) = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
        if (!isReadable)
        {
            if (remote is null)
            {
                return VerifyRemedy.None;
            }

            // Its share is in the digest still, and is settled there with the rest of the error.
            await transaction.RemoveAsync(draft.Scope, key, cancellationToken).ConfigureAwait(false);
        }
        else if (local is not null)
        {
            ImmutableArray<RecordVersion> kept = local.Versions.RemoveAll(
                version => peerKnows.Contains(version.Dot) || remote?.Dots.Contains(version.Dot) == true);
            StoredRecord? rest = kept.IsEmpty ? null : local with { Versions = kept };
            await draft.ReplaceAsync(local, rest, cancellationToken).ConfigureAwait(false);
        }

        if (remote is not null)
        {
            await MergeAsync(remote, cancellationToken).ConfigureAwait(false);
        }

        return VerifyRemedy.FetchedAgain;
    }

    /// <summary>Writes the record here anew, so that it supersedes what the peer holds.</summary>
    public async ValueTask<VerifyRemedy> WriteAnewAsync(
        RecordKey key, RemoteRecord? remote, CancellationToken cancellationToken)
    {
        (StoredRecord? local, bool isReadable) = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
        if (!isReadable)
        {
            return VerifyRemedy.None;
        }

        if (local is not null)
        {
            await RestampAsync(local, static _ => true, cancellationToken).ConfigureAwait(false);
            return VerifyRemedy.WrittenAnew;
        }

        // The peer holds what was deleted here, and its deletion forgotten: it is deleted once more.
        HybridTimestamp latest = remote is null ? default : remote.Values.Max(version => version.Timestamp);
        var nothing = new VersionDraft(
            draft.Scope, key, Seen: null, Superseded: null, default, Stamp(latest), Decision: null);
        RecordVersion tombstone = draft.BehaviorOf(key.Collection).Write(nothing);
        var entry = new JournalEntry(draft.Scope, key, tombstone.Dot, tombstone.Timestamp, OperationKind.Restamp);
        await transaction.AppendJournalAsync(entry, cancellationToken).ConfigureAwait(false);
        await draft.ReplaceAsync(before: null, new StoredRecord(key, [tombstone]), cancellationToken).ConfigureAwait(false);
        return VerifyRemedy.WrittenAnew;
    }

    /// <summary>Keeps what stands here beside what the peer holds: nobody can tell which of the two is right.</summary>
    public async ValueTask<VerifyRemedy> KeepBothAsync(
        RecordKey key, RemoteRecord? remote, VersionVector peerKnows, CancellationToken cancellationToken)
    {
        (StoredRecord? local, bool isReadable) = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
        if (local is null || !isReadable)
        {
            return await AdoptAsync(key, remote, peerKnows, cancellationToken).ConfigureAwait(false);
        }

        if (remote is null)
        {
            return await WriteAnewAsync(key, remote, cancellationToken).ConfigureAwait(false);
        }

        if (catalog.PolicyOf(key.Collection) == SiblingPolicy.KeepGreatest)
        {
            await MoveToInboxAsync(local, remote, cancellationToken).ConfigureAwait(false);
            _ = await AdoptAsync(key, remote, peerKnows, cancellationToken).ConfigureAwait(false);
            return VerifyRemedy.KeptInInbox;
        }

        await RestampAsync(local, dot => peerKnows.Contains(dot) && IsDisputed(local, remote, dot), cancellationToken)
            .ConfigureAwait(false);
        await MergeAsync(remote, cancellationToken).ConfigureAwait(false);
        return VerifyRemedy.KeptBoth;
    }

    // What is held of the record here does not count as known: everything that the peer has of it comes in.
    private async ValueTask MergeAsync(RemoteRecord remote, CancellationToken cancellationToken)
    {
        ScopeState state = draft.State;
        draft.State = state with { Knowledge = VersionVector.Empty, Exceptions = [] };
        try
        {
            await _merger.MergeAsync(remote, mayBring: null, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            draft.State = state;
        }
    }

    private ValueTask RestampAsync(StoredRecord local, Func<Dot, bool> matches, CancellationToken cancellationToken) =>
        Restamping.RestampAsync(transaction, draft, local, matches, now, cancellationToken);

    private async ValueTask MoveToInboxAsync(StoredRecord local, RemoteRecord remote, CancellationToken cancellationToken)
    {
        var why = new Rejection(
            SyncErrorCode.DigestMismatch,
            "The peer held this version with another content, and nothing told which of the two was right. The peer's stands.");
        foreach (RecordVersion version in local.Versions)
        {
            if (!version.IsCarrier && IsDisputed(local, remote, version.Dot))
            {
                var content = new HistoryEntry(
                    local.Key,
                    transaction.Replicas.Globalize(version.Dot),
                    version.Timestamp,
                    version.Author,
                    version.Payload,
                    version.Annotations);
                await RejectedWrites
                    .AddAsync(transaction, draft.Scope, new RejectedWrite(content, why), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Held here alone, or with another content than there.
    private static bool IsDisputed(StoredRecord local, RemoteRecord remote, Dot dot)
    {
        RecordVersion held = local.Versions.First(version => version.Dot == dot);
        RecordVersion? other = remote.Values.FirstOrDefault(version => version.Dot == dot);
        return other is null || !RecordJudgement.IsSame(held, other);
    }

    private WriteStamp Stamp(HybridTimestamp latest)
    {
        Dot dot = transaction.NextDots();
        HybridTimestamp timestamp = transaction.Tick(now, latest);
        draft.Issue(dot);
        return new WriteStamp(dot, transaction.Replicas.Globalize(dot), timestamp, string.Empty);
    }

    private async ValueTask<(StoredRecord? Record, bool IsReadable)> ReadAsync(
        RecordKey key, CancellationToken cancellationToken)
    {
        try
        {
            return (await transaction.GetAsync(draft.Scope, key, cancellationToken).ConfigureAwait(false), true);
        }
        catch (SyncException exception) when (exception.Code == SyncErrorCode.StoreCorrupt)
        {
            return (null, false);
        }
    }
}
