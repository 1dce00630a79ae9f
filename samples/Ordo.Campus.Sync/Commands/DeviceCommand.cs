using System.Globalization;
using Ordo.Campus.Shared.Commands;
using Ordo.Campus.Shared.Data;
using Ordo.Campus.Sync.Devices;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;

namespace Ordo.Campus.Sync.Commands;

/// <summary>
/// A device alone. Prints "imported N" after each durable batch and "imported" after the last, "syncing", "progress scope pushed
/// pulled" as records move, then what it holds, "scope records digest" a line, and "converged" where the sync completed.
/// </summary>
internal static class DeviceCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task<int> ExecuteAsync(DeviceSettings settings, CancellationToken cancellationToken)
    {
        IReadOnlyList<CourseGrade> grades = GradeSource.Load(settings.Data, settings.Records);
        string[] scopes = [.. grades.Select(grade => grade.Scope).Distinct().Order(StringComparer.Ordinal)];
        await using var device = new CampusDevice(settings.Name, settings.File, settings.Hub, scopes, settings.PageKiB * 1024);
        if (settings.Imports)
        {
            int count = 0;
            await device.Engine.ImportAsync(grades, batch => Print($"imported {count += batch}"), cancellationToken);
            Print($"imported");
        }

        Print($"syncing");
        SyncException? error = await SyncAsync(device, settings.Attempts, cancellationToken);
        foreach ((string scope, ScopeStatus state) in await device.ReadAsync(cancellationToken))
        {
            Print($"{scope} {state.RecordCount} {state.Digest:x32}");
        }

        if (error is null)
        {
            Print($"converged");
            return 0;
        }

        await Refusals.ReportAsync(error);
        return 1;
    }

    private static async Task<SyncException?> SyncAsync(CampusDevice device, int attempts, CancellationToken cancellationToken)
    {
        var progress = new ImmediateProgress(moved => Print($"progress {moved.Scope} {moved.PushedCount} {moved.PulledCount}"));
        for (int attempt = 1; ; attempt++)
        {
            SyncReport report = await device.Engine.SyncAsync(progress, cancellationToken);
            if (report.Error is not { IsTransient: true } error || attempt == attempts)
            {
                return report.Error;
            }

            await Refusals.ReportAsync(error);
            await Task.Delay(Pause, cancellationToken);
        }
    }

    // Standard output is flushed a line: who reads it may rely on what it says, even if this process is killed next.
    private static void Print(FormattableString line) => Console.Out.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
