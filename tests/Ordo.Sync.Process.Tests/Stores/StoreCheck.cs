using Microsoft.Extensions.DependencyInjection;
using Ordo.Campus.Shared.Data;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Sqlite;

namespace Ordo.Sync.Process.Tests.Stores;

/// <summary>Looks into a store's file after the process that wrote it is gone.</summary>
internal static class StoreCheck
{
    /// <summary>Every page, index and digest of the file agrees with its records.</summary>
    public static async Task AssertSoundAsync(string file)
    {
        await using var store = new SqliteRecordStore(new SqliteStoreOptions { Path = file });
        await store.OpenAsync();
        Assert.Empty(await store.VerifyIntegrityAsync());
    }

    /// <summary>Every one of these grades is there with the content it was written with, and so many records in all.</summary>
    /// <returns>How many records there are, and how many operations wait for the hub.</returns>
    public static async Task<(long RecordCount, long PendingCount)> AssertHoldsAsync(
        string file, IReadOnlyCollection<CourseGrade> grades, IEnumerable<string> scopes)
    {
        await using ServiceProvider services = Offline(file, scopes);
        ISyncEngine engine = services.GetRequiredService<ISyncEngine>();
        foreach (CourseGrade grade in grades)
        {
            Grade? held = (await engine.Scope(grade.Scope).Collection<Grade>("grades").GetAsync(grade.Key))?.Value;
            Assert.True(grade.Grade == held, $"'{grade.Scope}' '{grade.Key}' was {grade.Grade} and is {held} in '{file}'.");
        }

        long recordCount = 0;
        long pendingCount = 0;
        foreach (string scope in engine.Subscriptions)
        {
            ScopeStatus status = await engine.Scope(scope).GetStatusAsync();
            recordCount += status.RecordCount;
            pendingCount += status.PendingCount;
        }

        return (recordCount, pendingCount);
    }

    // As the sample declares it: another declaration would change the file.
    private static ServiceProvider Offline(string file, IEnumerable<string> scopes)
    {
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseSqlite($"Data Source={file}");
            sync.Collection<Grade>("grades", grades => grades
                .Strategy(ConflictStrategy.LastWriteWins)
                .Index(grade => grade.StudentId));
            sync.Subscribe(scopes);
            sync.SyncManually();
        });
        return services.BuildServiceProvider();
    }
}
