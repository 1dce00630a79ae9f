using System.Collections.Concurrent;
using System.Collections.Immutable;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Session;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>One sync: lanes of equal urgency store by store, and between their pages whatever is more urgent.</summary>
/// <param name="urgent">What asks for its turn meanwhile.</param>
/// <param name="observe">Makes what is told of a session with a catalog.</param>
internal sealed class SyncRound(UrgentLanes urgent, Func<CollectionCatalog, ISessionObserver> observe)
{
    private readonly ConcurrentQueue<ScopeReport> _reports = [];
    private volatile bool _isOver;

    /// <summary>What was done so far, scope by scope.</summary>
    public ImmutableArray<ScopeReport> Reports => [.. _reports];

    /// <summary>Syncs lanes of equal urgency store by store, in the order in which they come.</summary>
    /// <returns>Whether the hub can be asked for more.</returns>
    public async ValueTask<bool> RunAsync(IReadOnlyList<Lane> lanes, int priority, CancellationToken cancellationToken)
    {
        foreach (IGrouping<LocalReplica, Lane> store in lanes.GroupBy(lane => lane.Replica))
        {
            await SyncAsync(store.Key, [.. store.Select(lane => lane.Name)], priority, cancellationToken).ConfigureAwait(false);
            if (_isOver)
            {
                return false;
            }
        }

        await GiveWayAsync(priority, cancellationToken).ConfigureAwait(false);
        return !_isOver;
    }

    private async ValueTask GiveWayAsync(int priority, CancellationToken cancellationToken)
    {
        while (!_isOver && urgent.TryTake(priority, out Lane lane))
        {
            try
            {
                await SyncAsync(lane.Replica, [lane.Name], lane.Priority, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                urgent.Done(lane);
            }
        }
    }

    private async ValueTask SyncAsync(
        LocalReplica replica, IReadOnlyCollection<string> names, int priority, CancellationToken cancellationToken)
    {
        IReadOnlyList<ScopeReport> done = await replica.Coordinator!.SyncAsync(
            names,
            replica.Catalog,
            () => observe(replica.Catalog),
            token => GiveWayAsync(priority, token),
            cancellationToken).ConfigureAwait(false);
        foreach (ScopeReport report in done)
        {
            _isOver |= report.Error is { } error && SyncCoordinator.EndsSync(error.Code);
            _reports.Enqueue(report with
            {
                Scope = ScopeLane.ScopeOf(report.Scope),
                IsEphemeral = ScopeLane.IsEphemeral(report.Scope),
            });
        }
    }
}
