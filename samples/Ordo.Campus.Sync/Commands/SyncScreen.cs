using Ordo.Campus.Shared.Data;
using Ordo.Campus.Sync.Devices;
using Ordo.Sync.Engine.Syncing;
using Spectre.Console;

namespace Ordo.Campus.Sync.Commands;

/// <summary>Shows imports and syncs as they go, and remembers what moved for the table at the end.</summary>
internal sealed class SyncScreen
{
    private readonly Table _moves = new Table().RoundedBorder()
        .AddColumn(new TableColumn("Device").NoWrap()).AddColumn(new TableColumn("Sync").NoWrap())
        .AddColumn(new TableColumn("Pushed").RightAligned()).AddColumn(new TableColumn("Pulled").RightAligned())
        .AddColumn(new TableColumn("Resolved").RightAligned()).AddColumn(new TableColumn("Trips").RightAligned())
        .AddColumn(new TableColumn("KB").RightAligned()).AddColumn(new TableColumn("Seconds").RightAligned());

    public static Task ImportAsync(CampusDevice device, IReadOnlyList<CourseGrade> grades, CancellationToken cancellationToken) =>
        Bar().StartAsync(async bar =>
        {
            ProgressTask task = bar.AddTask($"{device.Name}: import, offline", maxValue: grades.Count);
            await device.Engine.ImportAsync(grades, count => task.Increment(count), cancellationToken);
        });

    public Task SyncAsync(CampusDevice device, string what, CancellationToken cancellationToken) =>
        Bar().StartAsync(async bar =>
        {
            ProgressTask task = bar.AddTask($"{device.Name}: {what}", maxValue: device.Engine.Subscriptions.Count);
            var seen = new HashSet<string>(StringComparer.Ordinal);
            SyncReport report = await device.Engine.SyncAsync(
                new ImmediateProgress(progress =>
                {
                    seen.Add(progress.Scope);
                    double part = progress.PullTotal == 0 ? 0 : Math.Min(1, (double)progress.PulledCount / progress.PullTotal);
                    task.Value = seen.Count - 1 + part;
                }),
                cancellationToken);
            report.ThrowIfFailed();
            task.Value = task.MaxValue;
            _moves.AddRow(
                device.Name,
                what,
                $"{report.PushedCount:N0}",
                $"{report.PulledCount:N0}",
                $"{report.ConflictCount:N0}",
                $"{report.RoundTripCount:N0}",
                $"{(report.Bytes.Sent + report.Bytes.Received) / 1024:N0}",
                $"{report.Duration.TotalSeconds:F2}");
        });

    public void ShowMoves() => AnsiConsole.Write(_moves);

    private static Progress Bar() => AnsiConsole.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn());
}
