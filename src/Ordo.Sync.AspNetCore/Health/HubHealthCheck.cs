using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ordo.Sync.AspNetCore.Endpoints;
using Ordo.Sync.Diagnostics;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage;

namespace Ordo.Sync.AspNetCore.Health;

/// <summary>Reads the hub's store, and holds what it finds against thresholds.</summary>
internal sealed class HubHealthCheck(SyncHub hub, LiveEndpoint live, HubHealthThresholds thresholds, TimeProvider time) : IHealthCheck
{
    private readonly IntegrityWatch _integrity = new(thresholds.VerifyStoreEvery, token => VerifyAsync(hub.Store, token), time);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var findings = new HealthFindings();
        var data = new Dictionary<string, object> { ["liveConnections"] = live.Count };
        try
        {
            if (hub.IsOpen)
            {
                await JudgeAsync(findings, data, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                findings.Add(HealthGrade.Unhealthy, "The hub's store is not open yet.");
            }
        }
        catch (SyncException exception)
        {
            // Without the message: it may name hosts and files, and health is often public.
            findings.Add(HealthGrade.Unhealthy, Say($"The hub's store does not answer: {exception.Code}."));
        }

        return new HealthCheckResult(
            findings.Grade switch
            {
                HealthGrade.Healthy => HealthStatus.Healthy,
                HealthGrade.Degraded => HealthStatus.Degraded,
                _ => context.Registration.FailureStatus,
            },
            findings.Texts.IsEmpty ? "The hub is well." : string.Join(' ', findings.Texts),
            exception: null,
            data);
    }

    private static ValueTask<IReadOnlyList<string>> VerifyAsync(IRecordStore store, CancellationToken cancellationToken) =>
        store is IVerifiableStore verifiable ? verifiable.VerifyIntegrityAsync(cancellationToken) : new([]);

    private async ValueTask JudgeAsync(
        HealthFindings findings, Dictionary<string, object> data, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        await using (IStoreSnapshot snapshot = await hub.Store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // Of a database elsewhere only a read proves that it is there.
            await snapshot.GetLocalAsync("health", "probe", cancellationToken).ConfigureAwait(false);
        }

        TimeSpan taken = time.GetElapsedTime(began);
        data["readSeconds"] = taken.TotalSeconds;
        findings.AddAtLeast<TimeSpan>(taken, thresholds.ReadTime, slow => Say($"A read of the hub's store took {slow}."));
        findings.AddAtLeast<int>(
            live.Count, thresholds.LiveConnections, count => Say($"{count} devices listen to changes at once."));
        if (hub.Store is IMeasurableStore measurable)
        {
            StoreSize size = measurable.MeasureSize();
            data["storeBytes"] = size.Bytes;
            findings.AddAtMost(
                size.FreeBytes, thresholds.FreeBytes, free => Say($"{free} bytes are left on the volume of the hub's store."));
        }

        if (await _integrity.LookAsync(cancellationToken).ConfigureAwait(false) is { Count: > 0 } problems)
        {
            findings.Add(HealthGrade.Unhealthy, Say($"The hub's store is damaged in {problems.Count} places: verify it."));
        }
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
