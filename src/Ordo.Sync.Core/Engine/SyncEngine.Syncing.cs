using System.Diagnostics;
using Ordo.Sync.Causality;
using Ordo.Sync.Diagnostics;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Verification;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine;

// Syncing with the hub, verifying against it, and what a live connection asks it for.
internal sealed partial class SyncEngine
{
    private const int ForgettingPagesMax = 4;

    public ValueTask<SyncReport> SyncAsync(IProgress<SyncProgress>? progress, CancellationToken cancellationToken) =>
        SyncAsync(laneNames: null, progress, cancellationToken);

    /// <summary>Syncs lanes by name, all where <see langword="null"/>.</summary>
    public async ValueTask<SyncReport> SyncAsync(
        IReadOnlyCollection<string>? laneNames, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (!HasTransport)
        {
            throw new InvalidOperationException(
                "The engine has no transport: call UseHttp (or UseTransport) when you configure it.");
        }

        await ExpirySweeper.SweepAsync(_ephemeral, cancellationToken).ConfigureAwait(false);
        using Activity? activity = SyncActivities.Start("ordo.sync.sync", ActivityKind.Internal);
        SyncReport report;
        long began = _time.GetTimestamp();
        BlobService?.BeginRecordSync();
        try
        {
            report = await _director.SyncAsync(
                () => [.. LanesOf(scope: null).Where(lane => laneNames?.Contains(lane.Name) != false)],
                catalog => Observe(catalog, progress),
                cancellationToken).ConfigureAwait(false);
        }
        catch (SyncException exception)
        {
            HealthMonitor.OnSyncFailed(exception, _time.GetElapsedTime(began));
            activity.Fail(exception.Code);
            throw;
        }
        finally
        {
            BlobService?.EndRecordSync();
        }

        HealthMonitor.OnSynced(report);
        await KeptClockOffset.KeepAsync(_structured.Store, _clock.Offset, cancellationToken).ConfigureAwait(false);
        await Renewals.TellAsync(cancellationToken).ConfigureAwait(false);
        activity?.SetTag("ordo.sync.status", report.Status.ToString());
        if (report.Error is { } error)
        {
            activity.Fail(error.Code);
        }

        await RemoveRevokedAsync(report, cancellationToken).ConfigureAwait(false);
        foreach (Lane lane in LanesOf(scope: null).Where(lane => laneNames?.Contains(lane.Name) != false))
        {
            await TombstoneCollector.FollowAsync(
                lane.Replica.Store, lane.Replica.Catalog, lane.Name, ForgettingPagesMax, cancellationToken).ConfigureAwait(false);
        }

        _memory.MeasureIfLimited();
        return report;
    }

    /// <summary>Who is told what a session does, or what the push of a peer does.</summary>
    public ISessionObserver Observe(CollectionCatalog catalog, IProgress<SyncProgress>? progress, ReplicaId peer = default) =>
        new SessionObserver(Publisher, catalog, _extensions, Serializer, _outcomes, _clock, progress, peer)
        {
            IdentityRenewed = (after, reason) => Renewals.OnFound(StoreOf(catalog), after, reason),
        };

    /// <summary>Asks for a sync of a lane: of one under way, where that is of less urgent ones, and of the background service.</summary>
    public void RequestSync(Lane lane)
    {
        _director.Urge(lane);
        SyncRequested?.Invoke(lane.Name);
    }

    /// <summary>The same for a lane by name; of one that is not this device's, the background service alone hears.</summary>
    public void RequestSync(string lane)
    {
        string scope = ScopeLane.ScopeOf(lane);
        if (_subscriptions?.Contains(scope) == true)
        {
            RequestSync(MakeLane(scope, ScopeLane.IsEphemeral(lane)));
        }
        else
        {
            SyncRequested?.Invoke(lane);
        }
    }

    public ValueTask<VerifyReport> VerifyAsync(
        VerifyOptions? options, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken) =>
        new EngineVerification(this, _director, _clock, options ?? new VerifyOptions(), progress).RunAsync(cancellationToken);

    /// <summary>What a live connection to the hub is asked for.</summary>
    public ListenRequest DescribeListener() => new(
        [.. LanesOf(scope: null).Select(lane => lane.Replica.Store.Replica).Distinct()],
        [.. LanesOf(scope: null).Select(lane => lane.Name)]);

    private IRecordStore StoreOf(CollectionCatalog catalog) =>
        Replicas.First(item => ReferenceEquals(item.Replica.Catalog, catalog)).Replica.Store;
}
