using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.ConflictFree;

namespace Ordo.Sync.Replication.Apply;

/// <content>
/// What a device says of its own versions that are known here already. A hub takes them before it has heard of what they took the place of,
/// where the device came from another hub: it does not learn of others from a device. When it has heard of it, and the device tells them once
/// more, what they took the place of goes; under a new dot, since everybody who knows what this hub knows has to hear of that. Where the sender
/// may not do that, what it replaced is stated anew, and comes back to it.
/// </content>
internal sealed partial class RecordMerger
{
    /// <summary>Lets go what the sender's own versions took the place of, with the rights that an ordinary write needs.</summary>
    /// <param name="remote">The record, of which everything is known here.</param>
    /// <param name="isSenders">Whether a version is the sender's own.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async ValueTask SettleAsync(RemoteRecord remote, Func<Dot, bool> isSenders, CancellationToken cancellationToken)
    {
        StoredRecord? local = await transaction.GetAsync(draft.Scope, remote.Key, cancellationToken).ConfigureAwait(false);
        bool IsOwn(RecordVersion version) => remote.Dots.Contains(version.Dot) && isSenders(version.Dot);
        if (local?.Versions.Any(IsOwn) != true || !local.Versions.Any(version => IsReplaced(remote, version)))
        {
            return;
        }

        // A conflict-free state goes unsaid with carriers that are known: that it changed nothing is no word about those of others.
        if (remote.ConflictFree.IsEmpty && local.Carriers.Any(carrier => remote.Dots.Contains(carrier.Dot)))
        {
            return;
        }

        StrategyBehavior behavior = catalog.BehaviorOf(remote.Key.Collection);
        SiblingPolicy policy = catalog.PolicyOf(remote.Key.Collection);
        if (!MergeRule.TryMerge(
                local, draft.State.ContextOf(remote.Key), remote, policy, transaction.Replicas, out StoredRecord? merged)
            || merged is null)
        {
            return;
        }

        merged = JoinDocuments(local, remote, merged, index => isSenders(new Dot(index, 1)));
        StoredRecord? settled = StateSettled(behavior, local, remote, merged, IsOwn);
        StoredRecord others = local with { Versions = local.Versions.RemoveAll(IsOwn) };
        if (settled is not null && await MayReplaceAsync(behavior, remote, others, settled, cancellationToken).ConfigureAwait(false))
        {
            await draft.ReplaceAsync(local, settled, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            ImmutableArray<RecordVersion> replaced = local.Versions.RemoveAll(version => !IsReplaced(remote, version));
            await StateAnewAsync(behavior, local, replaced, cancellationToken).ConfigureAwait(false);
        }

        ChangedCount++;
    }

    // As if the sender's version came now, to what stands here of others.
    private async ValueTask<bool> MayReplaceAsync(
        StrategyBehavior behavior, RemoteRecord remote, StoredRecord before, StoredRecord after, CancellationToken cancellationToken) =>
        _admission is null
        || (_admission.CheckVersions(draft.Scope, remote, behavior) is null
            && await _admission.CheckChangeAsync(draft.Scope, behavior, before, after, cancellationToken).ConfigureAwait(false) is null);

    // Content by the sender's version under a new dot, conflict-free state by a new carrier: it travels with a carrier that others lack.
    private StoredRecord? StateSettled(
        StrategyBehavior behavior, StoredRecord local, RemoteRecord remote, StoredRecord merged, Func<RecordVersion, bool> isOwn)
    {
        HybridTimestamp latest = Latest(local.Versions, default);
        var versions = merged.Versions.ToBuilder();
        if (local.Versions.Any(version => !version.IsCarrier && IsReplaced(remote, version)))
        {
            if (merged.Versions.LastOrDefault(version => !version.IsCarrier && isOwn(version)) is not { } own)
            {
                return null;
            }

            versions.Remove(own);
            versions.Add(CarrierVersions.Restate(
                behavior, own, transaction.Replicas.Globalize(own.Dot), StampNext(ref latest, own.Author)));
        }

        if (local.Carriers.Any(version => IsReplaced(remote, version))
            || !merged.ConflictFree.Span.SequenceEqual(local.ConflictFree.Span))
        {
            versions.RemoveAll(version => version.IsCarrier && isOwn(version));
            versions.Add(CarrierVersions.Of(StampNext(ref latest, rules.Sender)));
        }

        return merged with { Versions = SiblingOrder.Sort(versions, transaction.Replicas) };
    }

    // Tombstones alone stay: nobody sees them.
    private static bool IsReplaced(RemoteRecord remote, RecordVersion version) =>
        (!version.IsTombstone || version.IsCarrier) && !remote.Dots.Contains(version.Dot) && remote.Context.Contains(version.Dot);
}
