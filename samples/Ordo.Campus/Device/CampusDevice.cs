using Ordo.Campus.Identity;
using Ordo.Campus.Records;
using Ordo.Campus.Shared.Data;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;

namespace Ordo.Campus.Device;

/// <summary>The device's engine with the names of its scopes and collections: what pages read and write.</summary>
internal sealed class CampusDevice(ISyncEngine engine, DeviceSettings settings, TimeProvider time)
{
    public const string CatalogueScope = "catalogue";
    public const string PeopleScope = "people";
    public const string RegistryScope = "registry";

    public ISyncEngine Engine => engine;

    public CampusRole Role => settings.Role;

    public ISyncCollection<Course> Courses => engine.Scope(CatalogueScope).Collection<Course>("courses");

    public ISyncCollection<Profile> Profiles => engine.Scope(PeopleScope).Collection<Profile>("profiles");

    public ISyncCollection<Credential> Credentials => engine.Scope(RegistryScope).Collection<Credential>("credentials");

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>How long somebody's cursor stays where nothing more is heard of them.</summary>
    public TimeSpan PresenceLifetime => settings.PresenceLifetime;

    /// <summary>Unix milliseconds of now.</summary>
    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public bool Holds(string course) => engine.Subscriptions.Contains(Course.RoomScope(course));

    public ISyncCollection<Grade> Grades(string course) => engine.Scope(Course.GradesScope(course)).Collection<Grade>("grades");

    public ISyncCollection<Post> Posts(string course) => Room(course).Collection<Post>("posts");

    public ISyncCollection<Note> Notes(string course) => Room(course).Collection<Note>("notes");

    public ISyncCollection<Handout> Handouts(string course) => Room(course).Collection<Handout>("handouts");

    public ISyncCollection<Presence> Presences(string course) => Room(course).Collection<Presence>("presence");

    /// <summary>Subscribes to a course: the next sync brings it.</summary>
    public async Task JoinAsync(string course, CancellationToken cancellationToken)
    {
        await engine.SubscribeAsync(Course.GradesScope(course), cancellationToken: cancellationToken);
        await engine.SubscribeAsync(Course.RoomScope(course), cancellationToken: cancellationToken);
    }

    private ISyncScope Room(string course) => engine.Scope(Course.RoomScope(course));
}
