using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ordo.Sync.Diagnostics;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Health;
using Ordo.Sync.Engine.Syncing;

namespace Ordo.Sync.HealthChecks;

/// <summary>Holds the report of an engine against thresholds.</summary>
internal sealed class DeviceHealthCheck(ISyncEngine engine, SyncHealthThresholds thresholds, TimeProvider time) : IHealthCheck
{
    private readonly IntegrityWatch _integrity = new(thresholds.VerifyStoresEvery, engine.Health.VerifyStoresAsync, time);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        SyncHealthReport report = await engine.Health.ReportAsync(cancellationToken).ConfigureAwait(false);
        var findings = new HealthFindings();
        if (!report.IsOpen)
        {
            findings.Add(HealthGrade.Unhealthy, "The sync engine is not open.");
        }
        else
        {
            Judge(report, findings);
            if (await _integrity.LookAsync(cancellationToken).ConfigureAwait(false) is { Count: > 0 } problems)
            {
                findings.Add(HealthGrade.Unhealthy, Say($"The stores are damaged in {problems.Count} places: verify them."));
            }
        }

        return new HealthCheckResult(
            findings.Grade switch
            {
                HealthGrade.Healthy => HealthStatus.Healthy,
                HealthGrade.Degraded => HealthStatus.Degraded,
                _ => context.Registration.FailureStatus,
            },
            findings.Texts.IsEmpty ? "Sync is well." : string.Join(' ', findings.Texts),
            exception: null,
            DataOf(report));
    }

    private void Judge(SyncHealthReport report, HealthFindings findings)
    {
        findings.AddAtLeast(
            report.OldestPendingAge, thresholds.PendingAge, age => Say($"The oldest write waits for the hub since {age}."));
        findings.AddAtLeast<long>(
            report.Pending.PendingCount, thresholds.PendingCount, count => Say($"{count} writes wait for the hub."));
        if (thresholds.CountsOffline || report.LastSync?.Status != SyncStatus.Offline)
        {
            findings.AddAtLeast<int>(
                report.FailuresInARow,
                thresholds.FailuresInARow,
                count => Say($"{count} syncs in a row did not complete, the last as {report.LastSync!.Status} ({report.LastSync.Error?.Code})."));
        }

        findings.AddAtLeast(report.Lag, thresholds.Lag, lag => Say($"This device was last in step with the hub {lag} ago."));
        findings.AddAtLeast(
            report.ClockOffset?.Duration(), thresholds.ClockSkew, skew => Say($"The clock is {skew} off the hub's: set it."));
        foreach (StoreHealth store in report.Stores)
        {
            findings.AddAtMost(
                store.FreeBytes, thresholds.FreeBytes, free => Say($"{free} bytes are left for the {KindOf(store)} store."));
            if (store.Error is { } error)
            {
                findings.Add(HealthGrade.Unhealthy, Say($"The {KindOf(store)} store cannot be read: {error.Code}."));
            }
        }
    }

    // Without names and messages: they may tell of files and hosts, and health is often public.
    private static string KindOf(StoreHealth store) => store.IsEphemeral ? "ephemeral" : "structured";

    private static Dictionary<string, object> DataOf(SyncHealthReport report)
    {
        var data = new Dictionary<string, object>
        {
            ["pendingCount"] = report.Pending.PendingCount,
            ["failuresInARow"] = report.FailuresInARow,
            ["isLive"] = report.IsLive,
            ["storeBytes"] = report.Stores.Sum(store => store.Bytes ?? 0),
        };
        Add("oldestPendingSeconds", report.OldestPendingAge?.TotalSeconds);
        Add("lagSeconds", report.Lag?.TotalSeconds);
        Add("clockOffsetSeconds", report.ClockOffset?.TotalSeconds);
        Add("lastCompletedAt", report.LastCompletedAt);
        return data;

        void Add(string name, object? value)
        {
            if (value is not null)
            {
                data.Add(name, value);
            }
        }
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
