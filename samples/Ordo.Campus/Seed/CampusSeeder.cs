using Ordo.Campus.Device;
using Ordo.Campus.Records;
using Ordo.Campus.Shared.Data;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Errors;

namespace Ordo.Campus.Seed;

/// <summary>
/// Fills a new campus, on the one device that is told to. The catalogue comes last: a device that was stopped before it begins anew,
/// and writes the same keys.
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

        await foreach (Record<Course> _ in device.Courses.QueryAsync(query => query.Take(1), stoppingToken))
        {
            return;
        }

        // Reading gzipped files holds a thread; the host must not wait for it.
        await Task.Yield();
        try
        {
            CampusContent content = settings.Data is { } folder ? RealCampus.Load(folder) : MadeUpCampus.Create(device.Now);
            status.Begin(content.Grades.Count);
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
        foreach (Course course in content.Courses)
        {
            await device.JoinAsync(course.Code, cancellationToken);
        }

        await device.Engine.ImportAsync(content.Grades, status.Advance, cancellationToken);
        foreach ((string key, Profile profile) in People.Profiles)
        {
            await device.Profiles.PutAsync(key, profile, cancellationToken: cancellationToken);
        }

        foreach ((string key, Credential credential) in People.Credentials)
        {
            await device.Credentials.PutAsync(key, credential, cancellationToken: cancellationToken);
        }

        string room = content.Courses[0].Code;
        await device.Notes(room).PutAsync("lecture-1", new Note { Title = "Lecture 1" }, cancellationToken: cancellationToken);
        await device.Notes(room).PatchAsync(
            "lecture-1", patch => patch.Text(note => note.Text).Insert(0, MadeUpCampus.NoteText), cancellationToken: cancellationToken);
        ISyncCollection<Post> posts = device.Posts(room);
        foreach (KeyValuePair<string, Post>[] batch in content.Posts.Chunk(PostsPerBatch))
        {
            await device.Engine.WriteAsync(write => AddAll(write, posts, batch), cancellationToken);
        }

        await device.Engine.WriteAsync(
            write => AddAll(write, device.Courses, content.Courses.Select(course => KeyValuePair.Create(course.Code, course))),
            cancellationToken);
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
