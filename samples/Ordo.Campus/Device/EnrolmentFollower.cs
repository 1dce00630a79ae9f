using Ordo.Campus.Records;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Watching;

namespace Ordo.Campus.Device;

/// <summary>Joins the courses that the catalogue lists the device's role for, as soon as it hears of them.</summary>
internal sealed class EnrolmentFollower(CampusDevice device) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using IAsyncEnumerator<RecordChange<Course>> changes =
            device.Courses.WatchAsync(stoppingToken).GetAsyncEnumerator(stoppingToken);

        // Watching begins with the first step: what changes while the catalogue is read is not missed.
        ValueTask<bool> next = changes.MoveNextAsync();
        await foreach (Record<Course> course in device.Courses.QueryAsync(cancellationToken: stoppingToken))
        {
            await JoinAsync(course, stoppingToken);
        }

        while (await next)
        {
            await JoinAsync(changes.Current.Record, stoppingToken);
            next = changes.MoveNextAsync();
        }
    }

    private async Task JoinAsync(Record<Course>? course, CancellationToken cancellationToken)
    {
        if (course?.Value is { } value && value.Members.Contains(device.Role.Name) && !device.Holds(value.Code))
        {
            await device.JoinAsync(value.Code, cancellationToken);
        }
    }
}
