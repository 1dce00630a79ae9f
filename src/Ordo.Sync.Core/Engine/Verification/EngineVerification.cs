using System.Collections.Immutable;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Errors;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Verification;

/// <summary>Verifies the lanes of a device one after another, with the hub where that is asked for and possible.</summary>
internal sealed class EngineVerification(
    SyncEngine engine,
    SyncDirector director,
    PeerClock clock,
    VerifyOptions options,
    IProgress<VerifyProgress>? progress)
{
    // Each pass heals as many faults as it may report; damage all over takes several.
    private const int PassesMax = 8;

    /// <summary>Verifies.</summary>
    public async ValueTask<VerifyReport> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Lane> lanes = [.. (options.Scopes ?? engine.Subscriptions).SelectMany(engine.LanesOf)];
        long began = clock.Time.GetTimestamp();
        TransportBytes before = BytesOf(lanes);
        if (options.WithHub && engine.HasTransport)
        {
            // What one side merely does not know yet is no fault: so they tell each other first. Its result is told by what follows.
            await SyncAsync(lanes, cancellationToken).ConfigureAwait(false);
        }

        var scopes = ImmutableArray.CreateBuilder<ScopeVerification>(lanes.Count);
        foreach (Lane lane in lanes)
        {
            // A transport that cannot compare is a comparison that failed: silence would pass for a proof.
            scopes.Add(options.WithHub && lane.Replica.Coordinator is { } hub
                ? await VerifyWithPeerAsync(lane, hub.ReconcileTransport, cancellationToken).ConfigureAwait(false)
                : await VerifyLocallyAsync(lane, cancellationToken).ConfigureAwait(false));
        }

        return new VerifyReport(
            scopes.MoveToImmutable(), BytesOf(lanes).Since(before), clock.Time.GetElapsedTime(began));
    }

    private static TransportBytes BytesOf(IReadOnlyList<Lane> lanes)
    {
        var bytes = new TransportBytes(0, 0);
        foreach (LocalReplica replica in lanes.Select(lane => lane.Replica).Distinct())
        {
            TransportBytes its = replica.Coordinator?.Bytes ?? default;
            bytes = new TransportBytes(bytes.Sent + its.Sent, bytes.Received + its.Received);
        }

        return bytes;
    }

    private ValueTask<SyncReport> SyncAsync(IReadOnlyList<Lane> lanes, CancellationToken cancellationToken) =>
        engine.SyncAsync([.. lanes.Select(lane => lane.Name)], progress: null, cancellationToken);

    private ValueTask<ScopeVerification> VerifyLocallyAsync(Lane lane, CancellationToken cancellationToken) =>
        director.RunAloneAsync(
            () => VerifierOf(lane).VerifyLocallyAsync(accepts: false, cancellationToken), cancellationToken);

    private async ValueTask<ScopeVerification> VerifyWithPeerAsync(
        Lane lane, IReconcileTransport peer, CancellationToken cancellationToken)
    {
        try
        {
            return await RunPassesAsync(lane, peer, cancellationToken).ConfigureAwait(false);
        }
        catch (SyncException exception) when (!SyncCoordinator.IsStoreFailure(exception.Code))
        {
            ScopeVerification local = await VerifyLocallyAsync(lane, cancellationToken).ConfigureAwait(false);
            return local with { Comparison = PeerComparison.Failed, IsSound = false, Error = exception };
        }
    }

    private async ValueTask<ScopeVerification> RunPassesAsync(
        Lane lane, IReconcileTransport peer, CancellationToken cancellationToken)
    {
        ScopeVerifier verifier = VerifierOf(lane);
        ScopeVerification whole = await PassAsync(lane, verifier, peer, settles: false, cancellationToken)
            .ConfigureAwait(false);
        ScopeVerification last = whole;
        for (int pass = 1; pass < PassesMax && options.Repairs && NeedsAnother(last); pass++)
        {
            if (verifier.WrittenAnewCount > 0)
            {
                await SyncAsync([lane], cancellationToken).ConfigureAwait(false);
            }

            verifier = VerifierOf(lane);
            last = await PassAsync(lane, verifier, peer, settles: last.WasPeerSound == false, cancellationToken)
                .ConfigureAwait(false);
            whole = whole with
            {
                Findings = whole.Findings.AddRange(last.Findings),
                RoundTripCount = whole.RoundTripCount + last.RoundTripCount,
                HasMore = last.HasMore,
                IsSound = last.IsSound,
            };
        }

        return whole;
    }

    // Something was healed, which the next pass proves, or the peer's digest is to be settled; not where healing achieves nothing.
    private static bool NeedsAnother(ScopeVerification last) =>
        last.Findings.Any(finding => finding.Remedy != VerifyRemedy.None)
        || (last is { Findings.IsEmpty: true, WasPeerSound: false, IsSound: false });

    private ValueTask<ScopeVerification> PassAsync(
        Lane lane, ScopeVerifier verifier, IReconcileTransport peer, bool settles, CancellationToken cancellationToken)
    {
        var changes = new ChangeCollector(engine.Publisher, lane.Replica.Catalog, ChangeOrigin.Remote);
        ScopeHealing? healing = options.Repairs
            ? new ScopeHealing(lane.Replica.Store, lane.Replica.Catalog, lane.Name, changes, changes.Publish)
            : null;
        return director.RunAloneAsync(
            () => verifier.VerifyAsync(peer, settles, clock.Now, healing, cancellationToken), cancellationToken);
    }

    private ScopeVerifier VerifierOf(Lane lane) =>
        new(lane.Replica.Store, lane.Replica.Catalog, lane.Name, options, progress);
}
