using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Scheduling;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine;

// The scopes that this device holds: subscribing, leaving, and those that it may read no longer.
internal sealed partial class SyncEngine
{
    // Who subscribes while the scope is being left would otherwise be subscribed under the incarnation whose writes go with it.
    private readonly AsyncSemaphore _subscribing = new(1);

    public async ValueTask SubscribeAsync(string scope, int? priority, CancellationToken cancellationToken)
    {
        if (RecordNames.WhyNotSubscribable(scope) is { } why)
        {
            throw new ArgumentException(why, nameof(scope));
        }

        await OpenAsync(cancellationToken).ConfigureAwait(false);
        bool isNew;
        await _subscribing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            isNew = !_subscriptions!.Contains(scope);
            if (isNew)
            {
                await ReturnAsync(scope, cancellationToken).ConfigureAwait(false);
            }

            await _subscriptions.SetAsync(scope, priority, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _subscribing.Release();
        }

        if (!isNew)
        {
            return;
        }

        foreach (Lane lane in LanesOf(scope))
        {
            RequestSync(lane);
        }

        await TellOfSubscriptionsAsync().ConfigureAwait(false);
    }

    public async ValueTask<int> UnsubscribeAsync(
        string scope, UnsyncedWrites unsynced, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        var why = new Rejection(
            SyncErrorCode.Unsynced, "This device left the scope before the hub had the write.");
        return await _director.RunAloneAsync(
            () => DepartAsync(scope, unsynced, why, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask ReturnAsync(string scope, CancellationToken cancellationToken)
    {
        foreach (Lane lane in LanesOf(scope))
        {
            await using IStoreTransaction transaction = await lane.Replica.Store
                .BeginAsync(cancellationToken).ConfigureAwait(false);
            await ScopeDeparture.ReturnAsync(transaction, lane.Name, _entropy, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        }
    }

    // What the hub lets this device read no longer must not stay on it; what it had not synced stays in the inbox.
    private async ValueTask RemoveRevokedAsync(SyncReport report, CancellationToken cancellationToken)
    {
        foreach (string scope in report.Scopes
            .Where(scope => scope.Error?.Code == SyncErrorCode.ScopeRevoked)
            .Select(scope => scope.Scope)
            .Distinct(StringComparer.Ordinal))
        {
            var why = new Rejection(
                SyncErrorCode.ScopeRevoked, "The hub lets this device read the scope no longer.");
            await _director.RunAloneAsync(
                () => DepartAsync(scope, UnsyncedWrites.MoveToInbox, why, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async ValueTask<int> DepartAsync(
        string scope, UnsyncedWrites unsynced, Rejection why, CancellationToken cancellationToken)
    {
        if (unsynced == UnsyncedWrites.Refuse)
        {
            await RequireSyncedAsync(scope, cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<Lane> lanes = LanesOf(scope);
        int kept = 0;
        await _subscribing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _subscriptions!.RemoveAsync(
                scope,
                async transaction => kept = await ScopeDeparture.RunAsync(transaction, lanes[0].Name, why, cancellationToken)
                    .ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
            Publisher.Renew(lanes[0].Name);
            foreach (Lane lane in lanes.Skip(1))
            {
                await using IStoreTransaction transaction = await lane.Replica.Store
                    .BeginAsync(cancellationToken).ConfigureAwait(false);
                kept += await ScopeDeparture.RunAsync(transaction, lane.Name, why, cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
                Publisher.Renew(lane.Name);
            }
        }
        finally
        {
            _subscribing.Release();
        }

        await TellOfSubscriptionsAsync().ConfigureAwait(false);
        return kept;
    }

    // Not disposed: somebody may be about to listen with it, and it holds nothing.
    private async ValueTask TellOfSubscriptionsAsync()
    {
        CancellationTokenSource before = Interlocked.Exchange(ref _subscriptionsChanging, new CancellationTokenSource());
        await before.CancelAsync().ConfigureAwait(false);
    }

    private async ValueTask RequireSyncedAsync(string scope, CancellationToken cancellationToken)
    {
        foreach (Lane lane in LanesOf(scope))
        {
            await using IStoreSnapshot snapshot = await lane.Replica.Store.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (await ScopeDeparture.HasUnsyncedAsync(snapshot, lane.Name, cancellationToken).ConfigureAwait(false))
            {
                throw new SyncException(
                    SyncErrorCode.Unsynced,
                    $"The scope '{scope}' holds writes that the hub does not have yet.",
                    "Sync first, or unsubscribe with UnsyncedWrites.MoveToInbox.");
            }
        }
    }
}
