using System.Collections.Immutable;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Admission;

/// <summary>
/// What a hub lets a caller's records do: no payload beyond its limit, no decision without the right to approve, nothing that
/// changes the audit history, and what the app's own reviewer allows.
/// </summary>
/// <param name="caller">Who brings the records.</param>
/// <param name="payloadBytesMax">The largest payload, in bytes.</param>
/// <param name="reviewer">The app's own rules; <see langword="null"/> for none.</param>
internal sealed class CallerAdmission(PushCaller caller, int payloadBytesMax, IRecordReviewer? reviewer) : IAdmission
{
    public bool ReviewsEverything => reviewer is not null;

    public Rejection? CheckVersions(string scope, RemoteRecord arriving, StrategyBehavior behavior)
    {
        if (SystemCollections.Contains(arriving.Key.Collection))
        {
            return CheckHistory(scope, arriving);
        }

        foreach (RecordVersion version in arriving.Values)
        {
            if (version.Payload.Length > payloadBytesMax || version.Annotations.Length > payloadBytesMax)
            {
                return new Rejection(
                    SyncErrorCode.TooLarge,
                    $"The payload takes {version.Payload.Length} bytes; the hub takes {payloadBytesMax} at most.");
            }

            if (behavior.RequiresDecision
                && VersionNotes.Decode(version.Annotations).Decision is not null
                && CheckDecision(version) is { } rejection)
            {
                return rejection;
            }
        }

        return null;
    }

    public async ValueTask<Rejection?> CheckChangeAsync(
        string scope,
        StrategyBehavior behavior,
        StoredRecord? before,
        StoredRecord? after,
        CancellationToken cancellationToken)
    {
        ImmutableArray<RecordVersion> arrived =
            after is null ? [] : after.Versions.RemoveAll(version => before?.Holds(version.Dot) == true);
        if (before is not null && behavior.RequiresDecision && !caller.MayApprove
            && Decides(scope, behavior, before, after, arrived))
        {
            return new Rejection(
                SyncErrorCode.Forbidden,
                "The write supersedes versions that disagree, which is a decision, and its writer may not approve in this scope.");
        }

        if (reviewer is null || after is null || arrived.IsEmpty || SystemCollections.Contains(after.Key.Collection))
        {
            return null;
        }

        var review = new RecordReview(scope, after.Key, caller.Principal, before, after, arrived);
        return await reviewer.ReviewAsync(review, cancellationToken).ConfigureAwait(false);
    }

    // Whatever supersedes more versions that disagree than it brings decides between them, with or without a flag.
    private static bool Decides(
        string scope,
        StrategyBehavior behavior,
        StoredRecord before,
        StoredRecord? after,
        ImmutableArray<RecordVersion> arrived)
    {
        ImmutableArray<RecordVersion> left = after?.Content is { } kept ? behavior.SidesOf(scope, kept) : [];
        ImmutableArray<RecordVersion> dropped = before.Content is { } held
            ? behavior.SidesOf(scope, held).RemoveAll(version => left.Any(other => other.Dot == version.Dot))
            : [];
        return dropped.Length > 0 && Dissent.Count(dropped) > arrived.Count(version => !version.IsCarrier);
    }

    private Rejection? CheckDecision(RecordVersion version)
    {
        if (!caller.MayApprove)
        {
            return new Rejection(SyncErrorCode.Forbidden, "The writer may not approve in this scope.");
        }

        // A decision carries its approver's name into the audit history: it must be the one the hub knows the caller by.
        return caller.Principal.Length > 0 && !string.Equals(version.Author, caller.Principal, StringComparison.Ordinal)
            ? new Rejection(
                SyncErrorCode.Forbidden,
                $"The decision names '{version.Author}' as its approver; the hub knows the caller as '{caller.Principal}'.")
            : null;
    }

    private static Rejection? CheckHistory(string scope, RemoteRecord arriving)
    {
        foreach (RecordVersion version in arriving.Values)
        {
            if (version.IsTombstone || HistoryKeys.IsCheckpoint(arriving.Key)
                || !string.Equals(HistoryCodec.Decode(version.Payload).KeyIn(scope), arriving.Key.Key, StringComparison.Ordinal))
            {
                return new Rejection(
                    SyncErrorCode.HistoryImmutable, "Entries of the audit history are written once and never changed.");
            }
        }

        return null;
    }
}
