using System.Collections.Immutable;
using Ordo.Sync.Engine.Extensions;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Scheduling;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>Runs one sync at a time over the lanes of a device: asks extensions, syncs the most urgent scopes first, reports.</summary>
internal sealed class SyncDirector(ExtensionHost extensions, TimeProvider time) : IDisposable
{
    private readonly AsyncSemaphore _gate = new(1);
    private readonly UrgentLanes _urgent = new();
    private readonly PassedOver _passedOver = new();

    /// <summary>
    /// Lets a lane have its turn in the sync under way, where that is of less urgent ones: between two of their pages. Otherwise
    /// nothing; the next sync has it.
    /// </summary>
    public void Urge(Lane lane) => _urgent.Add(lane);

    /// <summary>Syncs lanes with the hub.</summary>
    /// <param name="choose">
    /// Names the lanes, those of the structured store first, once nothing else is under way: a scope that was left meanwhile must not
    /// be filled again.
    /// </param>
    /// <param name="observe">Makes what is told of a session with a catalog.</param>
    /// <param name="cancellationToken">Ends the sync; what is durable stays.</param>
    public async ValueTask<SyncReport> SyncAsync(
        Func<IReadOnlyList<Lane>> choose,
        Func<CollectionCatalog, ISessionObserver> observe,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(choose);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            IReadOnlyList<Lane> lanes = choose();
            string peer = lanes.Count == 0 ? string.Empty : lanes[0].Replica.Coordinator!.PeerName;
            var context = new SyncContext([.. lanes.Select(lane => lane.Scope).Distinct(StringComparer.Ordinal)], peer);
            SyncReport report = await extensions.BeforeSyncAsync(context, cancellationToken).ConfigureAwait(false) is { } veto
                ? Vetoed(veto)
                : await SyncGatedAsync(lanes, observe, cancellationToken).ConfigureAwait(false);
            await extensions.AfterSyncAsync(context, report, cancellationToken).ConfigureAwait(false);
            return report;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Does something while no sync is under way.</summary>
    public async ValueTask<T> RunAloneAsync<T>(Func<ValueTask<T>> run, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await run().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async ValueTask<SyncReport> SyncGatedAsync(
        IReadOnlyList<Lane> lanes,
        Func<CollectionCatalog, ISessionObserver> observe,
        CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        TransportBytes before = BytesOf(lanes);
        var round = new SyncRound(_urgent, observe);
        try
        {
            foreach (IGrouping<int, Lane> urgency in lanes.GroupBy(lane => lane.Priority).OrderByDescending(group => group.Key))
            {
                _urgent.Begin(urgency.Key);
                if (!await round.RunAsync(_passedOver.Order(urgency), urgency.Key, cancellationToken).ConfigureAwait(false))
                {
                    break;
                }
            }
        }
        finally
        {
            _urgent.End();
        }

        ImmutableArray<ScopeReport> reports = round.Reports;
        _passedOver.Note(lanes, reports);
        SyncException? first = reports.FirstOrDefault(report => report.Error is not null)?.Error;
        return new SyncReport(
            StatusOf(reports, first), reports, BytesOf(lanes).Since(before), time.GetElapsedTime(began), first);
    }

    // All stores of a device go the same way to the hub.
    private static TransportBytes BytesOf(IReadOnlyList<Lane> lanes) =>
        lanes.Count == 0 ? new TransportBytes(0, 0) : lanes[0].Replica.Coordinator!.Bytes;

    private static SyncReport Vetoed(string reason) => new(
        SyncStatus.Vetoed,
        [],
        default,
        TimeSpan.Zero,
        new SyncException(SyncErrorCode.Vetoed, $"An extension vetoed the sync: {reason}", "Everything is kept for later."));

    private static SyncStatus StatusOf(IReadOnlyCollection<ScopeReport> reports, SyncException? error) => error?.Code switch
    {
        null => SyncStatus.Completed,
        SyncErrorCode.Unreachable or SyncErrorCode.Timeout => SyncStatus.Offline,
        SyncErrorCode.Unauthorized => SyncStatus.Unauthorized,
        _ => reports.Any(report => report.Error is null) ? SyncStatus.Partial : SyncStatus.Failed,
    };
}
