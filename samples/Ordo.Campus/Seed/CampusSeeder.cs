using Ordo.Campus.Device;
using Ordo.Campus.Records;
using Ordo.Campus.Shared.Data;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Errors;

namespace Ordo.Campus.Seed;

/// <summary>
/// Fills a new campus, on the one device that is told to, course by course. A course's entry in the catalogue comes last: a device
/// that was stopped goes on with the courses that have none.
/// </summary>
internal sealed partial class CampusSeeder(
    CampusDevice device, DeviceSettings settings, SeedStatus status, ILogger<CampusSeeder> logger) : BackgroundService
{
    private const int PostsPerBatch = 200;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!settings.Imports)
        {
            return;
        }

        // Reading gzipped files holds a thread; the host must not wait for it.
        await Task.Yield();
        try
        {
            CampusContent content = settings.Data is { } folder ? RealCampus.Load(folder) : MadeUpCampus.Create(device.Now);
            await WriteAsync(content, stoppingToken);
            status.End();
        }
        catch (Exception exception) when (exception is IOException or SyncException or FormatException)
        {
            LogFailed(logger, exception);
            status.End(exception.Message);
        }
    }

    private async Task WriteAsync(CampusContent content, CancellationToken cancellationToken)
    {
        HashSet<string> there = await device.Courses.QueryAsync(cancellationToken: cancellationToken)
            .Select(course => course.Key).ToHashSetAsync(cancellationToken: cancellationToken);
        Course[] missing = [.. content.Courses.Where(course => !there.Contains(course.Code))];
        ILookup<string, CourseGrade> grades = content.Grades.ToLookup(grade => grade.Scope);
        status.Begin(missing.Sum(course => grades[Course.GradesScope(course.Code)].Count()));
        foreach (Course course in missing)
        {
            await device.JoinAsync(course.Code, cancellationToken);
            if (course == content.Courses[0])
            {
                await WritePeopleAsync(cancellationToken);
                await WriteRoomAsync(course.Code, content.Posts, cancellationToken);
            }

            await device.Engine.ImportAsync(grades[Course.GradesScope(course.Code)], status.Advance, cancellationToken);
            await device.Courses.PutAsync(course.Code, course, cancellationToken: cancellationToken);
        }
    }

    private async Task WritePeopleAsync(CancellationToken cancellationToken)
    {
        await device.Engine.WriteAsync(write => AddAll(write, device.Profiles, People.Profiles), cancellationToken);
        await device.Engine.WriteAsync(write => AddAll(write, device.Credentials, People.Credentials), cancellationToken);
    }

    private async Task WriteRoomAsync(
        string course, IReadOnlyList<KeyValuePair<string, Post>> content, CancellationToken cancellationToken)
    {
        await device.Notes(course).PutAsync("lecture-1", new Note { Title = "Lecture 1" }, cancellationToken: cancellationToken);
        if ((await device.Notes(course).GetAsync("lecture-1", cancellationToken))?.Value.Text.Length is null or 0)
        {
            await device.Notes(course).PatchAsync(
                "lecture-1", patch => patch.Text(note => note.Text).Insert(0, MadeUpCampus.NoteText), cancellationToken: cancellationToken);
        }

        ISyncCollection<Post> posts = device.Posts(course);
        foreach (KeyValuePair<string, Post>[] batch in content.Chunk(PostsPerBatch))
        {
            await device.Engine.WriteAsync(write => AddAll(write, posts, batch), cancellationToken);
        }
    }

    private static void AddAll<T>(WriteBatch write, ISyncCollection<T> collection, IEnumerable<KeyValuePair<string, T>> records)
    {
        foreach ((string key, T value) in records)
        {
            write.Put(collection, key, value);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The campus could not be filled.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
