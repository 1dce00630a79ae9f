using System.Globalization;
using Ordo.Campus.Sync.Data;
using Ordo.Campus.Sync.Devices;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Syncing;

namespace Ordo.Campus.Sync.Commands;

/// <summary>A device alone: imports where asked, syncs once, prints what it holds: "scope records digest" a line.</summary>
internal static class DeviceCommand
{
    public static async Task<int> ExecuteAsync(DeviceSettings settings, CancellationToken cancellationToken)
    {
        IReadOnlyList<CourseGrade> grades = GradeSource.Load(settings.Data, settings.Records);
        string[] scopes = [.. grades.Select(grade => grade.Scope).Distinct().Order(StringComparer.Ordinal)];
        await using var device = new CampusDevice(settings.Name, settings.File, settings.Hub, scopes);
        if (settings.Imports)
        {
            await device.ImportAsync(grades, imported: null, cancellationToken);
            await Console.Out.WriteLineAsync("imported");
        }

        await Console.Out.WriteLineAsync("syncing");
        SyncReport report = await device.Engine.SyncAsync(progress: null, cancellationToken);
        foreach ((string scope, ScopeStatus state) in await device.ReadAsync(cancellationToken))
        {
            string line = string.Create(
                CultureInfo.InvariantCulture, $"{scope} {state.RecordCount} {state.Digest:x32}");
            await Console.Out.WriteLineAsync(line);
        }

        await Console.Out.WriteLineAsync(report.Error is null ? "converged" : report.Error.Message);
        return report.Error is null ? 0 : 1;
    }
}
