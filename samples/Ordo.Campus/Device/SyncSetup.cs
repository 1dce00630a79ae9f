using Ordo.Campus.Identity;
using Ordo.Campus.Network;
using Ordo.Campus.Records;
using Ordo.Campus.Shared.Data;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Configuration;

namespace Ordo.Campus.Device;

/// <summary>The sync engine of a device: stores, collections and their strategies, the way to the hub.</summary>
internal static class SyncSetup
{
    public static void AddCampusSync(this IServiceCollection services, DeviceSettings settings)
    {
        services.AddSingleton<NetworkSwitch>();
        services.AddTransient<NetworkHandler>();
        services.AddHttpClient(DeviceTokenProvider.ClientName).AddHttpMessageHandler<NetworkHandler>();
        services.AddSingleton<SyncLog>();
        services.AddOrdoSync(sync =>
        {
            sync.UseSqlite($"Data Source={Path.Combine(settings.Folder, "campus.db")}");
            sync.UseFaster(
                Path.Combine(settings.Folder, "state"), store => store.TimeToLive["presence"] = settings.PresenceLifetime);
            sync.UseFileSystemBlobs(Path.Combine(settings.Folder, "files"));
            sync.UseHttp(new Uri(settings.Hub, "/sync"))
                .AddAccessTokens<DeviceTokenProvider>()
                .AddHttpMessageHandler<NetworkHandler>();
            sync.AddExtension<SyncLog>();
            Declare(sync);
            sync.Subscribe(CampusDevice.CatalogueScope, CampusDevice.PeopleScope, CampusDevice.RegistryScope);
            sync.Configure(options =>
            {
                options.Author = settings.Role.Name;

                // Somebody watches: what broke is tried again within seconds, not minutes.
                options.RetryDelay = TimeSpan.FromMilliseconds(500);
                options.RetryDelayMax = TimeSpan.FromSeconds(5);
            });
            sync.ConfigureBlobs(blobs =>
            {
                blobs.RetryDelay = TimeSpan.FromMilliseconds(500);
                blobs.RetryDelayMax = TimeSpan.FromSeconds(5);
            });
        });
    }

    private static void Declare(OrdoSyncBuilder sync)
    {
        sync.Collection<Course>("courses");
        sync.Collection<Grade>("grades", grades => grades
            .Strategy(ConflictStrategy.AcademicRecord)
            .SyncImmediately()
            .Index(grade => grade.StudentId));
        sync.Collection<Post>("posts", posts => posts
            .Strategy(ConflictStrategy.LastWriteWins)
            .InEphemeralStore()
            .Index(post => post.Thread)
            .Index(post => post.At));
        sync.Collection<Presence>("presence", presence => presence
            .Strategy(ConflictStrategy.LastWriteWins)
            .InEphemeralStore());
        sync.Collection<Profile>("profiles", profiles => profiles
            .Strategy(ConflictStrategy.MergePreservingHistory)
            .SyncImmediately());
        sync.Collection<Credential>("credentials", credentials => credentials
            .Strategy(ConflictStrategy.ManualIntervention)
            .SyncImmediately());
        sync.Collection<Note>("notes", notes => notes
            .Strategy(ConflictStrategy.LastWriteWins)
            .Text(note => note.Text));
        sync.Collection<Handout>("handouts");
    }
}
