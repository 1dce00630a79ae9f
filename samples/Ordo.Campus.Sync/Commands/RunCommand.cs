using System.Diagnostics;
using Ordo.Campus.Shared.Data;
using Ordo.Campus.Sync.Devices;
using Ordo.Sync.Engine.Collections;
using Spectre.Console;

namespace Ordo.Campus.Sync.Commands;

/// <summary>The whole story: a hub, several devices, offline edits on all sides, convergence proved by digests.</summary>
internal static class RunCommand
{
    public static async Task<int> ExecuteAsync(RunSettings settings, CancellationToken cancellationToken)
    {
        string folder = settings.Folder ?? Path.Combine(Path.GetTempPath(), $"ordo-campus-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            return await RunAsync(settings, folder, cancellationToken);
        }
        finally
        {
            if (settings.Folder is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task<int> RunAsync(RunSettings settings, string folder, CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        IReadOnlyList<CourseGrade> grades = GradeSource.Load(settings.Data, settings.Records);
        string[] scopes = [.. grades.Select(grade => grade.Scope).Distinct().Order(StringComparer.Ordinal)];
        AnsiConsole.MarkupLineInterpolated(
            $"[bold]Ordo.Sync[/] · {grades.Count:N0} {(settings.Data is null ? "made-up" : "real")} assessment results in {scopes.Length} course presentations");

        await using CampusHub hub = await CampusHub.StartAsync(Path.Combine(folder, "hub.db"), port: 0, cancellationToken);
        var devices = new List<CampusDevice>();
        try
        {
            for (int i = 0; i < settings.Devices; i++)
            {
                string name = DeviceNames.Of(i);
                devices.Add(new CampusDevice(name, Path.Combine(folder, $"{name}.db"), hub.Address, scopes));
            }

            var screen = new SyncScreen();
            await SyncScreen.ImportAsync(devices[0], grades, cancellationToken);
            foreach (CampusDevice device in devices)
            {
                await screen.SyncAsync(device, "first sync", cancellationToken);
            }

            int edits = await EditOfflineAsync(devices, grades, settings.Edits, cancellationToken);
            AnsiConsole.MarkupLineInterpolated(
                $"[yellow]Offline:[/] {devices.Count} devices made {edits:N0} edits, a third of them on the same records.");

            // The first to come back cannot know what the others bring: a second round tells it.
            foreach (string round in (string[])["back online", "second round"])
            {
                foreach (CampusDevice device in devices)
                {
                    await screen.SyncAsync(device, round, cancellationToken);
                }
            }

            screen.ShowMoves();
            bool hasConverged = await ConvergenceTable.ShowAsync(hub, devices, scopes, cancellationToken);
            AnsiConsole.MarkupLineInterpolated($"[grey]Done in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s.[/]");
            return hasConverged ? 0 : 1;
        }
        finally
        {
            foreach (CampusDevice device in devices)
            {
                await device.DisposeAsync();
            }
        }
    }

    private static async Task<int> EditOfflineAsync(
        List<CampusDevice> devices, IReadOnlyList<CourseGrade> grades, int count, CancellationToken cancellationToken)
    {
        int edits = 0;
        for (int d = 0; d < devices.Count; d++)
        {
            for (int i = 0; i < count; i++)
            {
                // Every third edit is of a record that all devices change; the others are of records of their own.
                int at = i % 3 == 0 ? i : (int)(((long)i * devices.Count) + d + count) % grades.Count;
                CourseGrade grade = grades[at % grades.Count];
                ISyncCollection<Grade> collection = devices[d].Grades(grade.Scope);
                await collection.PatchAsync(
                    grade.Key, patch => patch.Set(g => g.Score, (i + d) % 101), cancellationToken: cancellationToken);
                edits++;
            }
        }

        return edits;
    }
}
